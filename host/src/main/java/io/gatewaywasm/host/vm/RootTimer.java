package io.gatewaywasm.host.vm;

import java.time.Duration;
import java.util.function.Consumer;

import io.gatewaywasm.host.spi.Cancellable;
import io.gatewaywasm.host.spi.HostScheduler;
import org.jspecify.annotations.Nullable;

/**
 * The timer of a root context. Each tick schedules the next one, instead of ticking at a
 * fixed rate, so that ticks never pile up. Used only inside the VM.
 */
final class RootTimer {

	private final HostScheduler scheduler;

	private final Consumer<Runnable> background;

	private final Runnable callback;

	private int milliseconds;

	private @Nullable Cancellable scheduled;

	/**
	 * Identifies the tick that is due, because an earlier one may have been cancelled too
	 * late.
	 */
	private int due;

	private boolean ended;

	/**
	 * Creates a timer that does not tick. {@code background} runs work inside the VM, or
	 * drops it if the root context has ended, and {@code callback} calls the guest.
	 */
	RootTimer(HostScheduler scheduler, Consumer<Runnable> background, Runnable callback) {
		this.scheduler = scheduler;
		this.background = background;
		this.callback = callback;
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
		if (this.milliseconds != 0 && !this.ended) {
			Duration delay = Duration.ofMillis(Integer.toUnsignedLong(this.milliseconds));
			int number = this.due;
			this.scheduled = this.scheduler.schedule(() -> this.background.accept(() -> tick(number)), delay);
		}
	}

	private void tick(int number) {
		if (number != this.due) {
			// The guest changed the period while this tick was waiting
			return;
		}
		stop();
		this.callback.run();
		if (this.scheduled == null) {
			schedule();
		}
	}

	/**
	 * Stops the ticks for ever, even if the guest sets a period when its context ends.
	 */
	void end() {
		this.ended = true;
		stop();
	}

	private void stop() {
		this.due++;
		if (this.scheduled != null) {
			this.scheduled.cancel();
			this.scheduled = null;
		}
	}

}
