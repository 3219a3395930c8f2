package io.gatewaywasm.test.exchange;

import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.FilterStream;
import org.jspecify.annotations.Nullable;

/**
 * Sends a request through the filter to the upstream, unless the filter sends a local
 * response.
 */
final class RequestRun {

	/** Applies the local responses and resets of the filter. */
	@FunctionalInterface
	interface LocalDecisions {

		/**
		 * Applies a decision, and returns {@code true}, if it is one of these.
		 */
		boolean act(Decision decision);

	}

	private final SimulatedRequest request;

	private final ExchangeView view;

	private final FilterStream stream;

	private final LocalDecisions decisions;

	private final Runnable whenDone;

	private @Nullable OutgoingMessage forwarded;

	private boolean done;

	/**
	 * Creates a run. {@code decisions} applies decisions by which the filter responds
	 * itself, {@code whenDone} runs when the upstream has received the whole request.
	 */
	RequestRun(SimulatedRequest request, ExchangeView view, FilterStream stream, LocalDecisions decisions,
			Runnable whenDone) {
		this.request = request;
		this.view = view;
		this.stream = stream;
		this.decisions = decisions;
		this.whenDone = whenDone;
	}

	void start() {
		this.stream.requestHeaders(isBodyless(), this::decided);
	}

	private boolean isBodyless() {
		return this.request.chunks().isEmpty() && this.request.trailers().isEmpty();
	}

	private void decided(Decision decision) {
		if (this.decisions.act(decision)) {
			return;
		}
		boolean bodyFiltered = this.stream.wantsRequestBody() && !isBodyless();
		if (decision instanceof Decision.KeepHeaders || bodyFiltered) {
			// As in the gateway, the headers are sent with the first part of the body.
			body().pump();
			return;
		}
		OutgoingMessage message = forward(false);
		this.request.chunks().forEach(message::add);
		if (this.request.trailers().isEmpty()) {
			done();
		}
		else {
			trailers();
		}
	}

	private BodyRun body() {
		BodyRun.End end = this.request.trailers().isEmpty() ? BodyRun.End.ALONE : BodyRun.End.BY_TRAILERS;
		return new BodyRun(this.request.chunks(), end, this.stream::requestBody, new BodyRun.Target() {

			@Override
			public boolean act(Decision decision) {
				return RequestRun.this.decisions.act(decision);
			}

			@Override
			public void data(byte[] data) {
				forward(true).add(data);
			}

			@Override
			public void end() {
				if (end == BodyRun.End.BY_TRAILERS) {
					trailers();
				}
				else {
					done();
				}
			}

			@Override
			public void cutShort() {
				throw new IllegalStateException("Bytes are injected into responses only");
			}

		});
	}

	private void trailers() {
		this.stream.requestTrailers((decision) -> {
			if (this.decisions.act(decision)) {
				return;
			}
			if (decision instanceof Decision.Release release) {
				forward(true).add(release.data());
				return;
			}
			if (decision instanceof Decision.Forward forward) {
				forward(true).add(forward.data());
			}
			done();
		});
	}

	/**
	 * Sends the headers, unless they have been sent. {@code rewritten} says whether the
	 * length of the body may change.
	 */
	private OutgoingMessage forward(boolean rewritten) {
		OutgoingMessage message = this.forwarded;
		if (message == null) {
			message = OutgoingMessage.of(this.view.requestHeaders(), rewritten);
			this.forwarded = message;
		}
		return message;
	}

	private void done() {
		OutgoingMessage message = forward(true);
		if (!message.hasLength()) {
			message.trailers(this.view.requestTrailers());
		}
		message.complete();
		this.done = true;
		this.whenDone.run();
	}

	boolean isDone() {
		return this.done;
	}

	@Nullable Message forwarded(@Nullable FilterFailure failure) {
		return (this.forwarded != null) ? this.forwarded.toMessage(failure) : null;
	}

}
