package io.gatewaywasm.host.spi;

import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * Runs timers and background work of the host. Thread-safe.
 */
public interface HostScheduler {

	/**
	 * Runs a short task, which must not block, after a delay.
	 * @return cancels the task
	 */
	Cancellable schedule(Runnable task, Duration delay);

	/**
	 * Returns the executor for short tasks of the host, and for loading plugins while the
	 * gateway starts. Its threads may block. Guests that serve do not run on it.
	 */
	Executor background();

	/**
	 * Returns the executor that starts and closes the VMs of a plugin while the gateway
	 * serves, which can take seconds per VM. Its threads may block. Guests that serve do
	 * not run on it, so slow guests do not delay the replacement of a lost VM.
	 * @param plugin the id of the plugin, whose share of the threads is limited
	 * @return the executor, by default {@link #background()}
	 */
	default Executor starts(String plugin) {
		return background();
	}

	/**
	 * Returns the executor for callbacks that do not run on the thread that caused them:
	 * those of a slow plugin, and all those caused by timers.
	 * @param plugin the id of the plugin, whose share of the threads is limited
	 * @return the executor, by default {@link #background()}
	 */
	default Executor workers(String plugin) {
		return background();
	}

	/**
	 * Returns whether a thread belongs to {@link #background()}, {@link #starts} or
	 * {@link #workers}, and may therefore block. Returns {@code false} if it is, or may
	 * be, an event loop.
	 */
	default boolean mayBlock(Thread thread) {
		return false;
	}

}
