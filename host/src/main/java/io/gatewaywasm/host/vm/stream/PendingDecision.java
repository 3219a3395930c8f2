package io.gatewaywasm.host.vm.stream;

import java.util.function.Consumer;

import io.gatewaywasm.host.spi.Decision;
import org.jspecify.annotations.Nullable;

/**
 * The gateway's side of a message: the one decision that the gateway waits for, and the
 * pause that delays it. Used only inside the VM, or by the requesting thread if the
 * stream has no VM.
 */
abstract class PendingDecision {

	private final StreamOutput output;

	private final ShownMessage shown;

	/** The receiver of the pending decision, or {@code null} if none is pending. */
	private @Nullable Consumer<Decision> pending;

	/**
	 * Whether the pending decision is about a part of the body or the trailers, as
	 * opposed to the headers.
	 */
	private boolean pendingForBody;

	/** Receives bytes that the guest releases on its own. */
	private @Nullable Consumer<Decision> releases;

	private @Nullable Pause pause;

	/** Whether the guest has requested to end the pause. */
	private boolean resumeRequested;

	PendingDecision(MessageKind kind, StreamOutput output) {
		this.output = output;
		this.shown = new ShownMessage(kind);
	}

	final StreamOutput output() {
		return this.output;
	}

	/** Returns the stream in its VM, which must exist. */
	final StreamGuest guest() {
		return this.output.guest();
	}

	final MessageKind kind() {
		return this.shown.kind();
	}

	final ShownMessage shown() {
		return this.shown;
	}

	// --- The pending decision

	final void expect(Consumer<Decision> sink, boolean forBody) {
		this.pending = sink;
		this.pendingForBody = forBody;
		if (forBody || this.releases == null) {
			this.releases = sink;
		}
	}

	final boolean isPending() {
		return this.pending != null;
	}

	final boolean isPendingForBody() {
		return this.pending != null && this.pendingForBody;
	}

	final boolean isPendingForHeaders() {
		return this.pending != null && !this.pendingForBody;
	}

	/** Makes the pending decision. This is the only place where one is made. */
	final void decide(Decision decision) {
		Consumer<Decision> sink = this.pending;
		if (sink == null) {
			return;
		}
		this.pending = null;
		stopPause();
		this.shown.decided();
		this.output.deliver(kind(), sink, decision);
	}

	/** Delivers bytes for which no decision is pending. */
	final void release(Decision decision) {
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
	final void await() {
		if (!isPendingForHeaders() && !this.shown.isFull() && !this.shown.isEnded()) {
			decide(Decision.More.INSTANCE);
			return;
		}
		// Requesting no more data applies backpressure to the sender
		if (isPending() && this.pause == null) {
			StreamGuest guest = guest();
			this.pause = Pause.begin(guest.host().time(), () -> guest.pauseTimer(kind()));
		}
	}

	/**
	 * Returns whether the present pause has reached the timeout. The guest may have
	 * resumed and paused again since the timer started.
	 */
	final boolean isPausedTooLong() {
		Pause current = this.pause;
		return current != null && isPending() && current.hasLasted(guest().policy().limits().pauseTimeout());
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
