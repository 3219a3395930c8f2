package io.gatewaywasm.test.exchange;

import io.gatewaywasm.host.abi.MessageHeaders;
import io.gatewaywasm.host.vm.stream.FilterStream;
import io.gatewaywasm.host.spi.Decision;
import org.jspecify.annotations.Nullable;

/**
 * A request on its way through the filter to the upstream, unless the filter answers.
 */
final class RequestRun {

	/** Acts on a decision by which the filter answers itself. */
	@FunctionalInterface
	interface SelfAnswer {

		/**
		 * Act on a decision, if it is such a one.
		 * @param decision any decision
		 * @return whether it was
		 */
		boolean act(Decision decision);

	}

	private final FilterRequest request;

	private final MessageHeaders headers;

	private final FilterStream stream;

	private final SelfAnswer selfAnswer;

	private final Runnable whenDone;

	private @Nullable OutgoingMessage forwarded;

	private boolean done;

	/**
	 * Create a new run.
	 * @param request the request
	 * @param headers its headers as the filter sees and changes them
	 * @param stream the stream of the filter
	 * @param selfAnswer acts on what the filter answers itself
	 * @param whenDone called when the upstream has all of the request
	 */
	RequestRun(FilterRequest request, MessageHeaders headers, FilterStream stream, SelfAnswer selfAnswer,
			Runnable whenDone) {
		this.request = request;
		this.headers = headers;
		this.stream = stream;
		this.selfAnswer = selfAnswer;
		this.whenDone = whenDone;
	}

	void start() {
		this.stream.requestHeaders(isBodyless(), this::decided);
	}

	private boolean isBodyless() {
		return this.request.chunks().isEmpty();
	}

	private void decided(Decision decision) {
		if (this.selfAnswer.act(decision)) {
			return;
		}
		boolean bodyFiltered = this.stream.wantsRequestBody() && !isBodyless();
		if (decision instanceof Decision.HoldHeaders || bodyFiltered) {
			// As in the gateway, headers leave with the first part of the body.
			body().pump();
			return;
		}
		OutgoingMessage message = forward(false);
		this.request.chunks().forEach(message::add);
		done();
	}

	private BodyRun body() {
		return new BodyRun(this.request.chunks(), BodyRun.End.ALONE, this.stream::requestBody, new BodyRun.Target() {

			@Override
			public void data(byte[] data) {
				forward(true).add(data);
			}

			@Override
			public void end() {
				forward(true);
				done();
			}

			@Override
			public void refused(Decision decision) {
				RequestRun.this.selfAnswer.act(decision);
			}

		});
	}

	/**
	 * Let the headers go, unless they have gone.
	 * @param rewritten whether the length of the body may change
	 */
	private OutgoingMessage forward(boolean rewritten) {
		OutgoingMessage message = this.forwarded;
		if (message == null) {
			message = OutgoingMessage.of(this.headers, rewritten);
			this.forwarded = message;
		}
		return message;
	}

	private void done() {
		if (this.forwarded != null) {
			this.forwarded.complete();
		}
		this.done = true;
		this.whenDone.run();
	}

	boolean isDone() {
		return this.done;
	}

	@Nullable Message forwarded() {
		return (this.forwarded != null) ? this.forwarded.toMessage() : null;
	}

}
