package io.gatewaywasm.host.vm.stream;

import java.util.function.Consumer;

import io.gatewaywasm.host.spi.Decision;
import org.jspecify.annotations.Nullable;

/**
 * The gateway's side of a message: the one decision that is owed to the gateway, and the
 * pause that delays it. Used only inside the VM, or by the requesting thread if the
 * stream has no VM.
 */
abstract sealed class OwedDecision permits MessageSender {

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

	private @Nullable Pause pause;

	/** Whether the guest has requested to end the pause. */
	private boolean resumeRequested;

	OwedDecision(ExchangeStream stream) {
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

	final boolean isOwedForHeaders() {
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

	/** Delivers bytes for which no decision is owed. */
	final void release(Decision decision) {
		Consumer<Decision> sink = this.releases;
		if (sink != null) {
			this.stream.deliverUnasked(kind(), sink, decision);
		}
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
