package io.gatewaywasm.host.vm.stream;

import java.util.function.Consumer;

import io.gatewaywasm.host.spi.Decision;
import org.jspecify.annotations.Nullable;

/**
 * The gateway's side of a message: the one decision that is owed to the gateway, the
 * pause that delays it, and the data that is sent on. Used only inside the VM, or by the
 * requesting thread if the stream has no VM.
 */
abstract sealed class MessageSender permits StreamDirection {

	static final byte[] NOTHING = {};

	/**
	 * The decision about further parts of a body that the guest has ended by an
	 * injection.
	 */
	private static final Decision ENDED = new Decision.Forward(NOTHING, true);

	private final ExchangeStream stream;

	private final ShownMessage shown = new ShownMessage();

	/** The receiver of the owed decision, or {@code null} if none is owed. */
	private @Nullable Consumer<Decision> owed;

	/**
	 * Whether the owed decision is about a part of the body or the trailers, as opposed
	 * to the headers.
	 */
	private boolean owedForBody;

	/** The receiver of bytes for which no decision is owed. */
	private @Nullable Consumer<Decision> releases;

	/** The decision about all arrivals after the direction was closed. */
	private @Nullable Decision closing;

	private @Nullable Pause pause;

	/** Whether the guest has requested to end the pause. */
	private boolean resumeRequested;

	MessageSender(ExchangeStream stream) {
		this.stream = stream;
	}

	final ExchangeStream stream() {
		return this.stream;
	}

	final MessageKind kind() {
		return (this.stream.request() == this) ? MessageKind.REQUEST : MessageKind.RESPONSE;
	}

	final ShownMessage shown() {
		return this.shown;
	}

	// --- The owed decision

	final void owe(Consumer<Decision> sink, boolean forBody) {
		this.owed = sink;
		this.owedForBody = forBody;
		if (forBody || this.releases == null) {
			this.releases = sink;
		}
	}

	final boolean isOwed() {
		return this.owed != null;
	}

	final boolean isOwedForBody() {
		return this.owed != null && this.owedForBody;
	}

	private boolean isOwedForHeaders() {
		return this.owed != null && !this.owedForBody;
	}

	/** Makes the owed decision. This is the only place where one is made. */
	final void decide(Decision decision) {
		Consumer<Decision> sink = this.owed;
		if (sink == null) {
			return;
		}
		this.owed = null;
		stopPause();
		this.shown.decided();
		this.stream.deliver(kind(), sink, decision);
	}

	// --- Sending on

	/**
	 * Sends the headers on. Returns whether the buffered parts after them must be shown.
	 */
	final boolean sendHeaders() {
		boolean kept = this.shown.headersLeave();
		stopPause();
		if (isOwedForHeaders()) {
			decide(Decision.Continue.INSTANCE);
			return false;
		}
		if (kept) {
			// The gateway was told to read on, so the headers go first
			release(new Decision.Release(NOTHING));
		}
		return true;
	}

	/** Sends on everything that was kept back. */
	final void send() {
		boolean headersKept = this.shown.headersLeave();
		stopPause();
		byte[] data = this.shown.sendBody();
		if (isOwed() && !this.shown.hasKeptTrailers() && !this.shown.trailersReceived()) {
			decide(new Decision.Forward(data, this.shown.isEnded()));
			return;
		}
		if (headersKept || data.length > 0) {
			release(new Decision.Release(data));
		}
		if (this.shown.trailersReceived()) {
			decide(Decision.Continue.INSTANCE);
		}
	}

	/** Sends injected bytes before the buffered bytes, which stay buffered. */
	final void sendInjected(Decision.Inject injection) {
		this.shown.headersLeave();
		if (isOwedForHeaders()) {
			// The gateway signals the end of the injected body, even if the message has
			// no body
			this.shown.injectedBodyFollows();
		}
		sendOrRelease(injection);
	}

	/**
	 * Sends the injected end of the response. The rest of the upstream's body is dropped.
	 */
	final void sendInjectedEnd(Decision.Inject injection) {
		sendNothing();
		this.shown.takeBody();
		this.closing = ENDED;
		sendOrRelease(injection);
		decide(ENDED);
	}

	private void sendOrRelease(Decision.Inject injection) {
		if (isOwedForHeaders()) {
			decide(injection);
		}
		else {
			release(injection);
		}
	}

	private void release(Decision decision) {
		Consumer<Decision> sink = this.releases;
		if (sink != null) {
			this.stream.deliverUnasked(kind(), sink, decision);
		}
	}

	/** Sends an arriving part on without changes. */
	final void passOn(byte[] chunk) {
		decide(this.owedForBody ? new Decision.Forward(chunk, this.shown.isEnded()) : Decision.Continue.INSTANCE);
	}

	/**
	 * Sends on the bytes that the guest has seen last, because it is skipped from now on.
	 */
	final void passOnKept(boolean headersKept) {
		byte[] data = this.shown.takeBody();
		if (isOwed()) {
			passOn(data);
		}
		else if (data.length > 0 || headersKept) {
			release(new Decision.Release(data));
		}
	}

	/** Makes the owed decision, and uses it for all later arrivals. */
	final void closeWith(Decision decision) {
		this.closing = decision;
		decide(decision);
	}

	/** Answers the message with a decision instead of sending it on. */
	final void answerWith(Decision decision) {
		this.stream.noteReply(kind(), decision);
		sendNothing();
		closeWith(decision);
	}

	/** Drops everything that is kept back, because the stream is over. */
	final void sendNothing() {
		this.shown.headersLeave();
		stopPause();
	}

	/** Returns the decision about all arrivals, if the direction was closed. */
	final @Nullable Decision closing() {
		return this.closing;
	}

	// --- The pause

	/**
	 * Waits for the guest to resume. Requests more of the body first, if the gateway may
	 * read on.
	 */
	final void await() {
		if (!isOwedForHeaders() && !this.shown.isFull() && !this.shown.isEnded()) {
			decide(Decision.More.INSTANCE);
			return;
		}
		// Requesting no more data applies backpressure to the sender
		if (isOwed() && this.pause == null) {
			StreamContext context = this.stream.context();
			this.pause = Pause.begin(context.host().time(), () -> context.pauseTimer(kind()));
		}
	}

	/**
	 * Returns whether the present pause has reached the timeout. The guest may have
	 * resumed and paused again since the timer started.
	 */
	final boolean isPausedTooLong() {
		Pause current = this.pause;
		return current != null && isOwed() && current.hasLasted(this.stream.policy().limits().pauseTimeout());
	}

	/**
	 * Restarts the pause if the guest is paused, because an injection counts as a resume.
	 */
	final void awaitAgain() {
		if (this.pause != null) {
			stopPause();
			await();
		}
	}

	final void stopPause() {
		if (this.pause != null) {
			this.pause.end();
			this.pause = null;
		}
	}

	final void requestResume() {
		this.resumeRequested = true;
	}

	/**
	 * Returns whether the guest has requested to end the pause, and clears the request.
	 */
	final boolean takeResume() {
		boolean requested = this.resumeRequested;
		this.resumeRequested = false;
		return requested;
	}

}
