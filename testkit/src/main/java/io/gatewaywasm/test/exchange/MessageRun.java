package io.gatewaywasm.test.exchange;

import java.util.List;
import java.util.function.Consumer;

import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.abi.MessageHeaders;
import io.gatewaywasm.host.spi.Decision;
import org.jspecify.annotations.Nullable;

/**
 * Sends a message through the filter. As in the gateway, the headers are sent with the
 * first part of the body if the filter receives the body.
 */
abstract sealed class MessageRun implements BodyRun.Target permits RequestRun, ResponseRun {

	private final LocalDecisions local;

	private @Nullable OutgoingMessage sent;

	private boolean endsWithTrailers;

	MessageRun(LocalDecisions local) {
		this.local = local;
	}

	/** Returns the headers as the filter has left them. */
	abstract MessageHeaders headers();

	/** Shows the trailers to the filter. */
	abstract void trailers(Consumer<Decision> decision);

	/** Completes the message. */
	abstract void done();

	/** Sends the rest of a message without a filter for its body. */
	void sendUnfiltered(List<byte[]> chunks, List<HeaderPair> trailers) {
		OutgoingMessage message = message(false);
		chunks.forEach(message::add);
		this.endsWithTrailers = !trailers.isEmpty();
		end();
	}

	/** Creates the run of a body, whose end comes with the trailers if there are any. */
	BodyRun body(List<byte[]> chunks, List<HeaderPair> trailers, BodyRun.Filter filter) {
		this.endsWithTrailers = !trailers.isEmpty();
		return new BodyRun(chunks, this.endsWithTrailers ? BodyRun.End.BY_TRAILERS : BodyRun.End.ALONE, filter, this);
	}

	@Override
	public boolean act(Decision decision) {
		return this.local.act(decision);
	}

	@Override
	public void data(byte[] data) {
		message(true).add(data);
	}

	@Override
	public void end() {
		if (this.endsWithTrailers) {
			trailers(this::trailersDecided);
		}
		else {
			done();
		}
	}

	private void trailersDecided(Decision decision) {
		if (act(decision)) {
			return;
		}
		if (decision instanceof Decision.Release release) {
			data(release.data());
			return;
		}
		if (decision instanceof Decision.Forward forward) {
			data(forward.data());
		}
		done();
	}

	/**
	 * Sends the headers, unless they have been sent. {@code rewritten} says whether the
	 * length of the body may change.
	 */
	OutgoingMessage message(boolean rewritten) {
		OutgoingMessage message = this.sent;
		if (message == null) {
			message = OutgoingMessage.of(headers(), rewritten);
			this.sent = message;
		}
		return message;
	}

	/** Returns whether the headers have been sent. */
	boolean isStarted() {
		return this.sent != null;
	}

	/** Returns what was sent, or {@code null} if the message has not started. */
	@Nullable Message sent(@Nullable FilterFailure failure) {
		return (this.sent != null) ? this.sent.toMessage(failure) : null;
	}

}
