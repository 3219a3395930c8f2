package io.gatewaywasm.boot.gateway.body;

import io.gatewaywasm.host.spi.Decision;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Sinks;

/**
 * The headers of a message that wait for the first output of its body, or for its end.
 */
final class WaitingHeaders {

	/** Where the decision is sent, or {@code null} if the headers do not wait. */
	private Sinks.@Nullable One<Decision> receiver;

	private boolean toTheEnd;

	/** Pauses the headers; if {@code end} is set, until the end of the body. */
	void pause(Sinks.One<Decision> sink, boolean end) {
		this.receiver = sink;
		this.toTheEnd = end;
	}

	boolean arePaused() {
		return this.receiver != null;
	}

	boolean arePausedToTheEnd() {
		return this.receiver != null && this.toTheEnd;
	}

	/** Sends the decision that resumes the headers or replaces the message. */
	void send(Decision decision) {
		Sinks.One<Decision> sink = this.receiver;
		this.receiver = null;
		if (sink != null) {
			sink.tryEmitValue(decision);
		}
	}

	/** Reports that the body has failed. */
	void fail(Throwable error) {
		Sinks.One<Decision> sink = this.receiver;
		this.receiver = null;
		if (sink != null) {
			sink.tryEmitError(error);
		}
	}

}
