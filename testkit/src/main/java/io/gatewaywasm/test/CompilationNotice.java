package io.gatewaywasm.test;

import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import io.gatewaywasm.host.spi.Cancellable;
import io.gatewaywasm.host.spi.HostScheduler;

/**
 * Reports a compilation that takes longer than two seconds, so that a test which waits
 * for it is not silent.
 */
final class CompilationNotice {

	private static final Duration PATIENCE = Duration.ofSeconds(2);

	private final String module;

	private final Consumer<String> output;

	private final LongSupplier nanoTime;

	private final long start;

	private final Cancellable timer;

	private boolean shown;

	private boolean over;

	/**
	 * Begins with the compilation. {@code size} is its size in bytes, {@code scheduler}
	 * runs the report after two seconds, {@code nanoTime} is the current time in
	 * nanoseconds, and {@code output} receives the lines.
	 */
	CompilationNotice(String location, long size, HostScheduler scheduler, LongSupplier nanoTime,
			Consumer<String> output) {
		this.module = location.replaceAll("\\p{Cntrl}", "?") + " (" + size(size) + ")";
		this.nanoTime = nanoTime;
		this.output = output;
		this.start = nanoTime.getAsLong();
		this.timer = scheduler.schedule(this::show, PATIENCE);
	}

	private static String size(long bytes) {
		return (bytes < 1 << 20) ? ((bytes + 1023) >> 10) + " KB"
				: String.format(Locale.ROOT, "%.1f MB", bytes / 1024.0 / 1024);
	}

	private synchronized void show() {
		if (!this.over) {
			this.shown = true;
			this.output.accept("Compiling " + this.module + "…");
		}
	}

	/** Ends with the compilation, and reports its duration if its start was reported. */
	synchronized void end() {
		this.over = true;
		this.timer.cancel();
		if (this.shown) {
			this.output.accept(String.format(Locale.ROOT, "Compiling %s took %.1f s.", this.module,
					(this.nanoTime.getAsLong() - this.start) / 1e9));
		}
	}

}
