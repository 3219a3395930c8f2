package io.gatewaywasm.host.vm.stream;

import java.util.function.Consumer;

import io.gatewaywasm.host.spi.Decision;
import org.jspecify.annotations.Nullable;

/**
 * Sends a message to the gateway: the decision that the gateway waits for, bytes that the
 * guest has processed, and injected bytes. Also times the pause, which delays a decision.
 * Used only inside the VM, or by the requesting thread if the stream has no VM.
 */
final class MessageSender {

	private static final byte[] NOTHING = {};

	private final StreamOutput output;

	private final ShownMessage shown;

	/** The receiver of the pending decision, or {@code null} if none is pending. */
	private @Nullable Consumer<Decision> pending;

	/** Receives bytes that the guest releases on its own. */
	private @Nullable Consumer<Decision> releases;

	private @Nullable Pause pause;

	private final BodyWait bodyWait;

	MessageSender(MessageKind kind, StreamOutput output) {
		this.output = output;
		this.shown = new ShownMessage(kind, output.buffered());
		this.bodyWait = new BodyWait(kind, output.activity());
	}

	StreamOutput output() {
		return this.output;
	}

	ShownMessage shown() {
		return this.shown;
	}

	private MessageKind kind() {
		return this.shown.kind();
	}

	// --- The pending decision

	/**
	 * Records that a part has arrived, before it enters the VM. Called by the thread that
	 * submits it.
	 */
	void arrived(long nanos) {
		this.bodyWait.arrived(nanos);
	}

	/** Records the receiver of the decision about the part that has just arrived. */
	void expect(Consumer<Decision> sink) {
		this.pending = sink;
		if (!this.shown.isAtHeaders() || this.releases == null) {
			this.releases = sink;
		}
	}

	boolean isPending() {
		return this.pending != null;
	}

	/** Returns whether a decision about a part of the body or the trailers is pending. */
	boolean isPendingForBody() {
		return isPending() && !this.shown.isAtHeaders();
	}

	boolean isPendingForHeaders() {
		return isPending() && this.shown.isAtHeaders();
	}

	/** Makes the pending decision. This is the only place where one is made. */
	void decide(Decision decision) {
		Consumer<Decision> sink = this.pending;
		if (sink == null) {
			return;
		}
		this.pending = null;
		endPause();
		boolean waits = decision instanceof Decision.More || decision instanceof Decision.KeepHeaders;
		if (waits && !this.shown.isEnded()) {
			this.bodyWait.begin(this.output.guest());
		}
		else {
			this.bodyWait.end();
		}
		this.shown.markDecided();
		this.output.deliver(kind(), sink, decision);
	}

	/** Delivers bytes for which no decision is pending. */
	private void deliverUnasked(Decision decision) {
		Consumer<Decision> sink = this.releases;
		if (sink != null) {
			this.output.deliverUnasked(kind(), sink, decision);
		}
	}

	// --- The pause

	/**
	 * Waits for the guest to resume. Requests more of the body first, if the gateway may
	 * read on.
	 */
	void await() {
		if (!isPending()) {
			// The gateway has been asked for the next part before
			if (!this.shown.isEnded()) {
				this.bodyWait.begin(this.output.guest());
			}
		}
		else if (!isPendingForHeaders() && !this.shown.isFull() && !this.shown.isMemoryExceeded()
				&& !this.shown.isEnded()) {
			decide(Decision.More.INSTANCE);
		}
		else if (this.pause == null) {
			// Requesting no more data applies backpressure to the sender
			StreamGuest guest = this.output.guest();
			this.pause = Pause.begin(guest.host().time(), () -> guest.pauseTimer(kind()));
			this.output.activity().paused();
		}
	}

	/**
	 * Restarts the wait for the guest or for the next part, because an injection counts
	 * as a resume.
	 */
	void awaitAgain() {
		this.output.activity().happened(this.output.guest().host().time().nanoTime());
		if (this.pause != null) {
			stopPause();
			await();
		}
	}

	/** Returns whether the next part of the body is overdue when its timer has run. */
	boolean isBodyOverdue() {
		return this.bodyWait.isOverdue(this.output.guest());
	}

	/**
	 * Returns whether the present pause has reached the timeout. The guest may have
	 * resumed and paused again since the timer started.
	 */
	boolean isPausedTooLong() {
		Pause current = this.pause;
		return current != null && isPending()
				&& current.hasLasted(this.output.guest().policy().limits().pauseTimeout());
	}

	void stopPause() {
		this.bodyWait.end();
		endPause();
	}

	private void endPause() {
		if (this.pause != null) {
			this.pause.end();
			this.output.activity().resumed(this.pause.time().nanoTime());
			this.pause = null;
		}
	}

	// --- Sending on

	/**
	 * Sends the headers on. The input is Continue if the headers callback requests this,
	 * or the resume by a callout or a timer. Returns whether the buffered parts after
	 * them must be shown.
	 */
	boolean sendHeaders(StreamInput input) {
		boolean kept = (input == StreamInput.CONTINUE) ? this.shown.takeKeptHeaders() : this.shown.takeResumedHeaders();
		stopPause();
		if (isPendingForHeaders()) {
			decide(Decision.Continue.INSTANCE);
			return false;
		}
		if (kept) {
			// The gateway continues reading, so the headers go first
			deliverUnasked(new Decision.Release(NOTHING));
		}
		return true;
	}

	/**
	 * Sends on everything that was kept back. The input is Continue if a body or trailers
	 * callback requests this, or the resume by a callout or a timer.
	 */
	void send(StreamInput input) {
		boolean headersKept = (input == StreamInput.CONTINUE) ? this.shown.takeWaitingHeaders()
				: this.shown.takeResumedHeaders();
		stopPause();
		byte[] data = this.shown.sendBody();
		if (isPending() && !this.shown.hasKeptTrailers() && !this.shown.trailersReceived()) {
			decide(new Decision.Forward(data, this.shown.isEnded()));
			return;
		}
		if (headersKept || data.length > 0) {
			deliverUnasked(new Decision.Release(data));
		}
		if (this.shown.trailersReceived()) {
			decide(Decision.Continue.INSTANCE);
		}
	}

	/** Sends injected bytes before the buffered bytes, which stay buffered. */
	void inject(Decision.Inject injection) {
		this.shown.takeKeptHeaders();
		if (isPendingForHeaders()) {
			// The gateway signals the end of the injected body, even if the message has
			// no body
			this.shown.injectedBodyFollows();
		}
		decideOrDeliver(injection);
	}

	/**
	 * Sends the injected end of the response. The rest of the upstream's body is dropped.
	 */
	void injectEnd(Decision.Inject injection) {
		stopKeepingHeaders();
		this.shown.takeBody();
		decideOrDeliver(injection);
	}

	private void decideOrDeliver(Decision.Inject injection) {
		if (isPendingForHeaders()) {
			decide(injection);
		}
		else {
			deliverUnasked(injection);
		}
	}

	/** Sends an arriving part on without changes. */
	void passOn(byte[] chunk) {
		decide(isPendingForBody() ? new Decision.Forward(chunk, this.shown.isEnded()) : Decision.Continue.INSTANCE);
	}

	/**
	 * Sends on the bytes that the guest has seen last, because it is skipped from now on.
	 */
	void passOnKept(boolean headersKept) {
		byte[] data = this.shown.takeBody();
		if (isPending()) {
			passOn(data);
		}
		else if (data.length > 0 || headersKept) {
			deliverUnasked(new Decision.Release(data));
		}
	}

	/**
	 * Marks kept headers as gone and stops the pause. The buffered body stays.
	 */
	void stopKeepingHeaders() {
		this.shown.takeWaitingHeaders();
		stopPause();
	}

}
