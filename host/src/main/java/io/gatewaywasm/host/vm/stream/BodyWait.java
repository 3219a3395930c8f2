package io.gatewaywasm.host.vm.stream;

import java.time.Duration;

import io.gatewaywasm.host.spi.Cancellable;
import io.gatewaywasm.host.spi.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * The wait for the next part of a body of which the guest keeps headers or bytes back.
 * One timer serves all parts: when it runs, it measures from the part that arrived last.
 * Used only inside the VM.
 */
final class BodyWait {

	private final MessageKind kind;

	private @Nullable Cancellable timer;

	private boolean waiting;

	private long since;

	BodyWait(MessageKind kind) {
		this.kind = kind;
	}

	/** Waits for the next part from now on, if the time is limited. */
	void begin(StreamGuest guest) {
		Duration timeout = guest.policy().limits().bodyIdleTimeout();
		if (timeout.isZero()) {
			return;
		}
		this.waiting = true;
		this.since = guest.host().time().nanoTime();
		if (this.timer == null) {
			this.timer = guest.bodyTimer(this.kind, timeout);
		}
	}

	/** Records that a part has arrived. Another one may be waited for. */
	void arrived() {
		this.waiting = false;
	}

	/** Records that nothing is kept back any more. */
	void end() {
		this.waiting = false;
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
		this.timer = null;
		if (!this.waiting) {
			return false;
		}
		TimeSource time = guest.host().time();
		Duration rest = guest.policy().limits().bodyIdleTimeout().minusNanos(time.nanoTime() - this.since);
		if (rest.isZero() || rest.isNegative()) {
			return true;
		}
		this.timer = guest.bodyTimer(this.kind, rest);
		return false;
	}

}
