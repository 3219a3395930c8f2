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
 * Time that stands still until a test moves it. Everything happens on the thread of the
 * test: what is due, when it moves the time, and work for the background at once.
 */
public final class SimulatedTime implements HostScheduler, TimeSource {

	/** Of any size but zero, which Go's runtime takes for a broken clock. */
	private static final long FIRST_NANOS = 1_000_000_000L;

	private static final int MOST_TASKS = 10_000;

	private final PriorityQueue<Task> tasks = new PriorityQueue<>(
			Comparator.comparing(Task::due).thenComparing(Task::number));

	private Instant start;

	private Duration elapsed = Duration.ZERO;

	private long lastNumber;

	/**
	 * Create a new time.
	 * @param start the time of day at first
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
	 * Set the time of day. Nothing becomes due by that, as in a real machine.
	 * @param now the time of day
	 */
	public void setTo(Instant now) {
		this.start = now.minus(this.elapsed);
	}

	/**
	 * Let time pass and do what becomes due.
	 * @param duration how much
	 */
	public void advance(Duration duration) {
		Duration end = this.elapsed.plus(duration);
		for (Task task = next(end); task != null; task = next(end)) {
			run(task);
		}
		this.elapsed = end;
	}

	/**
	 * Let time pass, from one task that is due to the next, until something has happened.
	 * @param happened whether it has
	 * @return {@code false} if no task was left before
	 */
	public boolean advanceUntil(BooleanSupplier happened) {
		for (int i = 0; i < MOST_TASKS && !happened.getAsBoolean(); i++) {
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
