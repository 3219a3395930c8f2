package io.gatewaywasm.host.engine.chicory;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The time that the creating thread has left to compile a module. Measured in CPU time of
 * the thread, or by the clock if the platform does not provide the CPU time.
 */
final class CompileDeadline {

	private static final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

	private final Duration timeout;

	private final boolean cpu;

	private final LongSupplier time;

	private final long start;

	/**
	 * Starts measuring. {@code clock} is used if the platform does not provide the CPU
	 * time.
	 */
	CompileDeadline(Duration timeout, LongSupplier cpuTime, LongSupplier clock) {
		this.timeout = timeout;
		this.cpu = isKnown(cpuTime);
		this.time = this.cpu ? cpuTime : clock;
		this.start = this.time.getAsLong();
	}

	/** Virtual threads have no CPU time, and measuring it can be disabled. */
	private static boolean isKnown(LongSupplier cpuTime) {
		try {
			return cpuTime.getAsLong() >= 0;
		}
		catch (UnsupportedOperationException ex) {
			return false;
		}
	}

	/** Starts measuring the CPU time of the calling thread. */
	static CompileDeadline after(Duration timeout) {
		return new CompileDeadline(timeout, threads::getCurrentThreadCpuTime, System::nanoTime);
	}

	/** Throws an {@link ExceededException} if the time is used up. */
	void check() {
		if (this.time.getAsLong() - this.start > this.timeout.toNanos()) {
			throw new ExceededException("The module was not compiled within " + this.timeout.toSeconds()
					+ (this.cpu ? " s of CPU time" : " s")
					+ ". Raise 'gateway.wasm.compile-timeout', or compile the module at build time.");
		}
	}

	/**
	 * Thrown when the time is used up.
	 */
	@SuppressWarnings("serial")
	static final class ExceededException extends RuntimeException {

		private ExceededException(String message) {
			super(message);
		}

	}

}
