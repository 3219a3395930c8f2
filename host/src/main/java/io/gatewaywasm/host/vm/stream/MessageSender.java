package io.gatewaywasm.host.vm.stream;

import io.gatewaywasm.host.spi.Decision;
import org.jspecify.annotations.Nullable;

/**
 * Sends on what the guest has seen of a message, and what it injects. Used only inside
 * the VM, or by the requesting thread if the stream has no VM.
 */
abstract class MessageSender extends PendingDecision {

	static final byte[] NOTHING = {};

	/**
	 * The decision about further parts of a body that the guest has ended by an
	 * injection.
	 */
	private static final Decision ENDED = new Decision.Forward(NOTHING, true);

	/** The decision about all arrivals after the direction was closed. */
	private @Nullable Decision closing;

	MessageSender(MessageKind kind, StreamOutput output) {
		super(kind, output);
	}

	/**
	 * Sends the headers on. {@code byCallback} says whether the headers callback requests
	 * this, and not a callout or a timer. Returns whether the buffered parts after them
	 * must be shown.
	 */
	final boolean sendHeaders(boolean byCallback) {
		boolean kept = byCallback ? shown().headersLeave() : headersResume();
		stopPause();
		if (isPendingForHeaders()) {
			decide(Decision.Continue.INSTANCE);
			return false;
		}
		if (kept) {
			// The gateway continues reading, so the headers go first
			release(new Decision.Release(NOTHING));
		}
		return true;
	}

	/**
	 * Sends on everything that was kept back. {@code byCallback} says whether a body or
	 * trailers callback requests this, and not a callout or a timer.
	 */
	final void send(boolean byCallback) {
		boolean headersKept = byCallback ? shown().headersLeaveAfterWait(true) : headersResume();
		stopPause();
		byte[] data = shown().sendBody();
		if (isPending() && !shown().hasKeptTrailers() && !shown().trailersReceived()) {
			decide(new Decision.Forward(data, shown().isEnded()));
			return;
		}
		if (headersKept || data.length > 0) {
			release(new Decision.Release(data));
		}
		if (shown().trailersReceived()) {
			decide(Decision.Continue.INSTANCE);
		}
	}

	/**
	 * Lets the headers go because the guest has resumed the message. As in Envoy, only
	 * the resume of a request makes its headers inaccessible.
	 */
	private boolean headersResume() {
		return shown().headersLeaveAfterWait(kind() == MessageKind.RESPONSE);
	}

	/** Sends injected bytes before the buffered bytes, which stay buffered. */
	final void sendInjected(Decision.Inject injection) {
		shown().headersLeave();
		if (isPendingForHeaders()) {
			// The gateway signals the end of the injected body, even if the message has
			// no body
			shown().injectedBodyFollows();
		}
		sendOrRelease(injection);
	}

	/**
	 * Sends the injected end of the response. The rest of the upstream's body is dropped.
	 */
	final void sendInjectedEnd(Decision.Inject injection) {
		sendNothing();
		shown().takeBody();
		this.closing = ENDED;
		sendOrRelease(injection);
		decide(ENDED);
	}

	private void sendOrRelease(Decision.Inject injection) {
		if (isPendingForHeaders()) {
			decide(injection);
		}
		else {
			release(injection);
		}
	}

	/** Sends an arriving part on without changes. */
	final void passOn(byte[] chunk) {
		decide(isPendingForBody() ? new Decision.Forward(chunk, shown().isEnded()) : Decision.Continue.INSTANCE);
	}

	/**
	 * Sends on the bytes that the guest has seen last, because it is skipped from now on.
	 */
	final void passOnKept(boolean headersKept) {
		byte[] data = shown().takeBody();
		if (isPending()) {
			passOn(data);
		}
		else if (data.length > 0 || headersKept) {
			release(new Decision.Release(data));
		}
	}

	/** Makes the pending decision, and uses it for all later arrivals. */
	final void closeWith(Decision decision) {
		this.closing = decision;
		decide(decision);
	}

	/** Answers the message with a decision instead of sending it on. */
	final void answerWith(Decision decision) {
		output().noteLocalResponse(kind(), decision);
		sendNothing();
		closeWith(decision);
	}

	/** Drops everything that is kept back, because the stream is over. */
	final void sendNothing() {
		shown().headersLeaveAfterWait(true);
		stopPause();
	}

	/** Returns the decision about all arrivals, if the direction was closed. */
	final @Nullable Decision closing() {
		return this.closing;
	}

}
