package io.gatewaywasm.host.vm;

import java.time.Duration;

import io.gatewaywasm.host.abi.Callback;
import io.gatewaywasm.host.spi.Cancellable;
import org.jspecify.annotations.Nullable;

/**
 * The timer of a root context. Each tick schedules the next one, instead of ticking at a
 * fixed rate, so that ticks never pile up. Used only inside the VM.
 */
final class RootTimer {

	private final RootHost vm;

	private final RootContext root;

	private int milliseconds;

	private @Nullable Cancellable scheduled;

	/**
	 * Identifies the tick that is due, because an earlier one may have been cancelled too
	 * late.
	 */
	private int due;

	RootTimer(RootHost vm, RootContext root) {
		this.vm = vm;
		this.root = root;
	}

	/**
	 * Sets the time between ticks in milliseconds, unsigned, and starts with a full
	 * period. 0 stops the ticks.
	 */
	void period(int milliseconds) {
		stop();
		this.milliseconds = milliseconds;
		schedule();
	}

	private void schedule() {
		if (this.milliseconds != 0 && !this.root.isDeleted()) {
			Duration delay = Duration.ofMillis(Integer.toUnsignedLong(this.milliseconds));
			int number = this.due;
			VmTask tick = this.root.task(() -> tick(number));
			this.scheduled = this.vm.scheduler().schedule(() -> this.vm.submitInBackground(tick), delay);
		}
	}

	private void tick(int number) {
		if (number != this.due) {
			// The guest changed the period while this tick was waiting
			return;
		}
		stop();
		this.vm.guest().call(Callback.TICK, this.root, this.root.id());
		if (this.scheduled == null) {
			schedule();
		}
	}

	void stop() {
		this.due++;
		if (this.scheduled != null) {
			this.scheduled.cancel();
			this.scheduled = null;
		}
	}

}
