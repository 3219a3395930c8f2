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
	 * Return where long work is done: compiling, making instances, running guests that
	 * were given worker threads.
	 * @return an executor of threads that may block
	 */
	Executor background();

}
