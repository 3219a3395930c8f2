package io.gatewaywasm.host.spi;

import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * Time and background work for the host. Thread-safe.
 */
public interface HostScheduler {

	/**
	 * Run a short task later.
	 * @param task the task; it must not block
	 * @param delay when to run it
	 * @return a handle to call it off
	 */
	Cancellable schedule(Runnable task, Duration delay);

	/**
	 * Return where the host's own short work is done, and plugins are loaded while the
	 * gateway starts. No guest that serves runs there.
	 * @return an executor of threads that may block
	 */
	Executor background();

	/**
	 * Returns where a plugin's VMs are started and closed while the gateway serves, which
	 * takes up to seconds each. No guest that serves runs there, so that a lost VM is
	 * replaced however slow others are.
	 * @param plugin the id of the plugin, which is to have no more than its share of the
	 * threads
	 * @return an executor of threads that may block; by default {@link #background()}
	 */
	default Executor starts(String plugin) {
		return background();
	}

	/**
	 * Return where a plugin's callbacks run that do not run on the thread that has the
	 * work: those of a plugin that is slow, and all that is due to a timer.
	 * @param plugin the id of the plugin, which is to have no more than its share of the
	 * threads
	 * @return an executor of threads that guests may keep busy; by default
	 * {@link #background()}
	 */
	default Executor workers(String plugin) {
		return background();
	}

	/**
	 * Return whether a thread is one of {@link #background()}, {@link #starts} or
	 * {@link #workers}, so that nothing but the task that it runs waits for it.
	 * @param thread the thread
	 * @return {@code false} if the thread is, or may be, an event loop
	 */
	default boolean mayBlock(Thread thread) {
		return false;
	}

}
