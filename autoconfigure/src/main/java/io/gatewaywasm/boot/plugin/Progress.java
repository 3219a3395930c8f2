package io.gatewaywasm.boot.plugin;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs the progress of long operations: the start, a line at growing intervals while the
 * operation continues, and the total duration. Short operations are not logged.
 */
public final class Progress {

	private static final Logger logger = LoggerFactory.getLogger(Progress.class);

	/** The time after which an operation is logged. */
	static final Duration NOTICEABLE = Duration.ofMillis(500);

	/** The time until the next line, doubled with each line. */
	static final Duration PAUSE = Duration.ofSeconds(2);

	private static final ScheduledExecutorService TIMER = timer();

	private final String work;

	private final ScheduledExecutorService timer;

	private final LongSupplier nanoTime;

	private final Consumer<String> log;

	private final long start;

	private Future<?> next;

	private Duration pause = PAUSE;

	private boolean logged;

	private boolean finished;

	/**
	 * Runs an operation.
	 * @param name the name of the operation, such as "Compiling plugin 'mask' (3.4 MB)"
	 * @param work the operation
	 */
	public static <T, E extends Exception> T during(String name, Work<T, E> work) throws E {
		Progress progress = new Progress(name, TIMER, System::nanoTime, logger::info);
		try {
			return work.run();
		}
		finally {
			progress.close();
		}
	}

	Progress(String work, ScheduledExecutorService timer, LongSupplier nanoTime, Consumer<String> log) {
		this.work = work;
		this.timer = timer;
		this.nanoTime = nanoTime;
		this.log = log;
		this.start = nanoTime.getAsLong();
		this.next = timer.schedule(this::logProgress, NOTICEABLE.toMillis(), TimeUnit.MILLISECONDS);
	}

	private static ScheduledExecutorService timer() {
		ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, (task) -> {
			Thread thread = new Thread(task, "wasm-progress");
			thread.setDaemon(true);
			return thread;
		});
		timer.setRemoveOnCancelPolicy(true);
		timer.setKeepAliveTime(10, TimeUnit.SECONDS);
		timer.allowCoreThreadTimeOut(true);
		return timer;
	}

	private synchronized void logProgress() {
		if (this.finished) {
			return;
		}
		this.log.accept(this.logged ? this.work + " still running after " + elapsed() : this.work + "...");
		this.logged = true;
		this.next = this.timer.schedule(this::logProgress, this.pause.toMillis(), TimeUnit.MILLISECONDS);
		this.pause = this.pause.multipliedBy(2);
	}

	private String elapsed() {
		return String.format(Locale.ROOT, "%.1f s", (this.nanoTime.getAsLong() - this.start) / 1e9);
	}

	synchronized void close() {
		this.finished = true;
		this.next.cancel(false);
		if (this.logged) {
			this.log.accept(this.work + " took " + elapsed());
		}
	}

	/**
	 * An operation.
	 *
	 * @param <T> the type of its result
	 * @param <E> the type of its exceptions
	 */
	@FunctionalInterface
	public interface Work<T, E extends Exception> {

		/**
		 * Runs the operation.
		 */
		T run() throws E;

	}

	/**
	 * Formats a size in KB or MB.
	 */
	public static String size(long bytes) {
		return (bytes < 1 << 20) ? "%d KB".formatted((bytes + 1023) >> 10)
				: String.format(Locale.ROOT, "%.1f MB", bytes / 1024.0 / 1024);
	}

}
