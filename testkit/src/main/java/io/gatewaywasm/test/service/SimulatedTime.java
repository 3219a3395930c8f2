package io.gatewaywasm.test.service;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;

import io.gatewaywasm.host.spi.Cancellable;
import io.gatewaywasm.host.spi.HostScheduler;
import io.gatewaywasm.host.spi.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * Time that passes only when a test advances it. Everything runs on the thread of the
 * test: scheduled tasks when time is advanced, and background tasks immediately.
 */
public final class SimulatedTime implements HostScheduler, TimeSource {

	/** Any value except zero, for which Go's runtime reports a broken clock. */
	private static final long FIRST_NANOS = 1_000_000_000L;

	private static final int MAX_TASKS = 10_000;

	private final PriorityQueue<Task> tasks = new PriorityQueue<>(
			Comparator.comparing(Task::due).thenComparing(Task::number));

	private Instant start;

	private Duration elapsed = Duration.ZERO;

	private long lastNumber;

	/**
	 * Creates a time.
	 * @param start the initial time of day
	 */
	public SimulatedTime(Instant start) {
		this.start = start;
	}

	@Override
	public Instant now() {
		return this.start.plus(this.elapsed);
	}

	@Override
	public long nanoTime() {
		return FIRST_NANOS + this.elapsed.toNanos();
	}

	/**
	 * Sets the time of day. As on a real machine, this does not run scheduled tasks.
	 * @param now the time of day
	 */
	public void setTo(Instant now) {
		this.start = now.minus(this.elapsed);
	}

	/**
	 * Lets time pass, and runs the tasks that are due.
	 * @param duration the time
	 */
	public void advance(Duration duration) {
		Duration end = this.elapsed.plus(duration);
		for (Task task = next(end); task != null; task = next(end)) {
			run(task);
		}
		this.elapsed = end;
	}

	/**
	 * Lets time pass from one scheduled task to the next until a condition is met.
	 * @param happened the condition
	 * @return {@code false} if no task is left before that
	 */
	public boolean advanceUntil(BooleanSupplier happened) {
		for (int i = 0; i < MAX_TASKS && !happened.getAsBoolean(); i++) {
			Task task = this.tasks.poll();
			if (task == null) {
				return false;
			}
			run(task);
		}
		return happened.getAsBoolean();
	}

	private @Nullable Task next(Duration end) {
		Task task = this.tasks.peek();
		return (task != null && task.due().compareTo(end) <= 0) ? this.tasks.poll() : null;
	}

	private void run(Task task) {
		this.elapsed = (task.due().compareTo(this.elapsed) > 0) ? task.due() : this.elapsed;
		task.work().run();
	}

	@Override
	public Cancellable schedule(Runnable work, Duration delay) {
		Task task = new Task(this.elapsed.plus(delay), this.lastNumber++, work);
		this.tasks.add(task);
		return () -> this.tasks.remove(task);
	}

	@Override
	public Executor background() {
		return Runnable::run;
	}

	private record Task(Duration due, long number, Runnable work) {

	}

}
