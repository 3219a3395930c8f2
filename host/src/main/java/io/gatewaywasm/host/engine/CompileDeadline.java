package io.gatewaywasm.host.engine;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The time that the thread which makes it can still use to compile a module: CPU time, or
 * that of a clock if the platform does not tell the CPU time of the thread.
 */
final class CompileDeadline {

	private static final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

	private final Duration timeout;

	private final boolean cpu;

	private final LongSupplier time;

	private final long start;

	/**
	 * Starts to count.
	 * @param timeout the time that this thread can use
	 * @param cpuTime the CPU time of this thread
	 * @param clock what counts if the platform does not tell the CPU time
	 */
	CompileDeadline(Duration timeout, LongSupplier cpuTime, LongSupplier clock) {
		this.timeout = timeout;
		this.cpu = isKnown(cpuTime);
		this.time = this.cpu ? cpuTime : clock;
		this.start = this.time.getAsLong();
	}

	/** Virtual threads have none, and it can be disabled. */
	private static boolean isKnown(LongSupplier cpuTime) {
		try {
			return cpuTime.getAsLong() >= 0;
		}
		catch (UnsupportedOperationException ex) {
			return false;
		}
	}

	/**
	 * Starts to count.
	 * @param timeout the CPU time that this thread can use
	 * @return the deadline
	 */
	static CompileDeadline after(Duration timeout) {
		return new CompileDeadline(timeout, threads::getCurrentThreadCpuTime, System::nanoTime);
	}

	/**
	 * Ends the compilation if the time is used up.
	 * @throws ExceededException if it is
	 */
	void check() {
		if (this.time.getAsLong() - this.start > this.timeout.toNanos()) {
			throw new ExceededException("The module was not compiled within " + this.timeout.toSeconds()
					+ (this.cpu ? " s of CPU time" : " s")
					+ ". Raise 'gateway.wasm.compile-timeout', or compile the module at build time.");
		}
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
