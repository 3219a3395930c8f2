package io.gatewaywasm.host.vm;

import java.time.Duration;

import io.gatewaywasm.host.abi.Callback;
import io.gatewaywasm.host.spi.Cancellable;
import org.jspecify.annotations.Nullable;

/**
 * The timer of a root context. The next tick is scheduled after each, not at a fixed
 * rate, so that ticks never pile up. Used inside the VM only.
 */
final class RootTimer {

	private final RootHost vm;

	private final RootContext root;

	private int milliseconds;

	private @Nullable Cancellable scheduled;

	/** Tells the tick that is due from those that were called off too late. */
	private int due;

	RootTimer(RootHost vm, RootContext root) {
		this.vm = vm;
		this.root = root;
	}

	/**
	 * Let the first tick come after a new period.
	 * @param milliseconds the time between ticks, unsigned; 0 for no ticks
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
			// The guest has changed the period while this one was waiting.
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
