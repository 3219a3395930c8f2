package io.gatewaywasm.host.vm.stream;

import java.time.Duration;

import io.gatewaywasm.host.spi.BodyActivity;
import io.gatewaywasm.host.spi.Cancellable;
import org.jspecify.annotations.Nullable;

/**
 * The wait for the next part of a body of which the guest keeps headers or bytes back.
 * One timer serves all parts: when it runs, it measures from the last activity of the
 * exchange. Used only inside the VM unless a method says otherwise.
 */
final class BodyWait {

	private final MessageKind kind;

	private final BodyActivity activity;

	private @Nullable Cancellable timer;

	private volatile boolean waiting;

	BodyWait(MessageKind kind, BodyActivity activity) {
		this.kind = kind;
		this.activity = activity;
	}

	/** Waits for the next part from now on, if the time is limited. */
	void begin(StreamGuest guest) {
		Duration timeout = guest.policy().limits().bodyIdleTimeout();
		if (timeout.isZero()) {
			return;
		}
		this.waiting = true;
		this.activity.happened(guest.host().time().nanoTime());
		if (this.timer == null) {
			this.timer = guest.bodyTimer(this.kind, timeout);
		}
	}

	/**
	 * Records that a part has arrived, even if it still has to wait for the VM. Called by
	 * the thread that submits the part.
	 */
	void arrived(long nanos) {
		this.activity.happened(nanos);
		this.waiting = false;
	}

	/** Records that nothing is kept back any more. */
	void end() {
		this.waiting = false;
		cancelTimer();
	}

	private void cancelTimer() {
		if (this.timer != null) {
			this.timer.cancel();
			this.timer = null;
		}
	}

	/**
	 * Returns whether the next part is overdue when the timer has run. If not, the timer
	 * is started again for the rest of the time.
	 */
	boolean isOverdue(StreamGuest guest) {
		// The task may be that of an earlier timer, which was cancelled too late
		cancelTimer();
		if (!this.waiting) {
			return false;
		}
		long idle = this.activity.idleNanos(guest.host().time().nanoTime());
		Duration rest = guest.policy().limits().bodyIdleTimeout().minusNanos(idle);
		if (rest.isZero() || rest.isNegative()) {
			return true;
		}
		this.timer = guest.bodyTimer(this.kind, rest);
		return false;
	}

}
