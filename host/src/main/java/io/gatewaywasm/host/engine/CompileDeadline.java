package io.gatewaywasm.host.engine;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;

/**
 * The CPU time that the thread which makes it can still use to compile a module.
 */
final class CompileDeadline {

	private static final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

	private final Duration timeout;

	private final long start;

	private CompileDeadline(Duration timeout) {
		this.timeout = timeout;
		this.start = now();
	}

	/**
	 * Starts to count.
	 * @param timeout the CPU time that this thread can use
	 * @return the deadline
	 */
	static CompileDeadline after(Duration timeout) {
		return new CompileDeadline(timeout);
	}

	/**
	 * Ends the compilation if the time is used up.
	 * @throws ExceededException if it is
	 */
	void check() {
		if (now() - this.start > this.timeout.toNanos()) {
			throw new ExceededException("The module was not compiled within " + this.timeout.toSeconds()
					+ " s of CPU time. Raise 'gateway.wasm.compile-timeout', or compile the module at build time.");
		}
	}

	private static long now() {
		return threads.isCurrentThreadCpuTimeSupported() ? threads.getCurrentThreadCpuTime() : System.nanoTime();
	}

	/**
	 * The time is used up.
	 */
	@SuppressWarnings("serial")
	static final class ExceededException extends RuntimeException {

		private ExceededException(String message) {
			super(message);
		}

	}

}
