package io.gatewaywasm.test.exchange;

import java.util.List;
import java.util.function.Consumer;

import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.abi.MessageHeaders;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.FilterStream;

/**
 * Sends a request through the filter to the upstream, unless the filter sends a local
 * response.
 */
final class RequestRun extends MessageRun {

	private final List<byte[]> chunks;

	private final List<HeaderPair> trailers;

	private final ExchangeView view;

	private final FilterStream stream;

	private final Runnable whenDone;

	private boolean done;

	/**
	 * Creates a run. {@code local} applies decisions by which the filter responds itself,
	 * {@code whenDone} runs when the upstream has received the whole request.
	 */
	RequestRun(SimulatedRequest request, ExchangeView view, FilterStream stream, LocalDecisions local,
			Runnable whenDone) {
		super(local);
		this.chunks = request.chunks();
		this.trailers = request.trailers();
		this.view = view;
		this.stream = stream;
		this.whenDone = whenDone;
	}

	void start() {
		this.stream.requestHeaders(isBodyless(), this::decided);
	}

	private boolean isBodyless() {
		return this.chunks.isEmpty() && this.trailers.isEmpty();
	}

	private void decided(Decision decision) {
		if (act(decision)) {
			return;
		}
		if (decision instanceof Decision.KeepHeaders || (this.stream.wantsRequestBody() && !isBodyless())) {
			body(this.chunks, this.trailers, this.stream::requestBody).pump();
		}
		else {
			sendUnfiltered(this.chunks, this.trailers);
		}
	}

	@Override
	MessageHeaders headers() {
		return this.view.requestHeaders();
	}

	@Override
	void trailers(Consumer<Decision> decision) {
		this.stream.requestTrailers(decision);
	}

	@Override
	public void cutShort() {
		throw new IllegalStateException("Bytes are injected into responses only");
	}

	@Override
	void done() {
		OutgoingMessage message = message(true);
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

}
