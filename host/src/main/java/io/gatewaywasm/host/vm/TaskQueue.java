package io.gatewaywasm.host.vm;

import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.gatewaywasm.host.spi.HostScheduler;
import org.jspecify.annotations.Nullable;

/**
 * The work that waits for a VM: so much at most, and for so long at most, except for work
 * that ends something. Thread-safe; tasks are taken by the holder of the VM only.
 */
final class TaskQueue {

	/** A VM that is busy with one quick callback is not a wait. */
	private static final Duration SHORTEST_WAIT = Duration.ofMillis(100);

	private final ConcurrentLinkedQueue<Waiting> queue = new ConcurrentLinkedQueue<>();

	private final AtomicInteger size = new AtomicInteger();

	private final int capacity;

	private final Duration wait;

	private final HostScheduler scheduler;

	private final AtomicBoolean timed = new AtomicBoolean();

	/**
	 * Create a new queue.
	 * @param capacity how many tasks can wait
	 * @param wait how long a task can wait
	 * @param scheduler looks at the time
	 */
	TaskQueue(int capacity, Duration wait, HostScheduler scheduler) {
		this.capacity = capacity;
		this.wait = (wait.compareTo(SHORTEST_WAIT) > 0) ? wait : SHORTEST_WAIT;
		this.scheduler = scheduler;
	}

	/**
	 * Reserve room for a task, which is to be {@linkplain #add added} then.
	 * @param task the task
	 * @return {@code false} if there is none
	 */
	boolean reserve(VmTask task) {
		if (this.size.incrementAndGet() > this.capacity && !task.isEssential()) {
			this.size.decrementAndGet();
			return false;
		}
		return true;
	}

	void add(VmTask task) {
		this.queue.add(new Waiting(task, System.nanoTime()));
		lookAfter(this.wait);
	}

	private void lookAfter(Duration delay) {
		if (this.timed.compareAndSet(false, true)) {
			this.scheduler.schedule(this::expire, delay);
		}
	}

	/** Reject what has waited for too long. */
	private void expire() {
		this.timed.set(false);
		long now = System.nanoTime();
		for (Waiting waiting : this.queue) {
			long left = this.wait.toNanos() - (now - waiting.since);
			if (left > 0) {
				// Those behind it came later.
				lookAfter(Duration.ofNanos(left));
				return;
			}
			if (!waiting.task.isEssential() && remove(waiting)) {
				Delivery.execute(waiting.task.executor(), waiting.task::waitedTooLong);
			}
		}
	}

	@Nullable Waiting peek() {
		return this.queue.peek();
	}

	/**
	 * Take a task out.
	 * @param waiting the task
	 * @return {@code false} if it has been taken out before
	 */
	boolean remove(Waiting waiting) {
		boolean removed = this.queue.remove(waiting);
		if (removed) {
			this.size.decrementAndGet();
		}
		return removed;
	}

	int size() {
		return this.size.get();
	}

	/** A task and since when it waits. Compared by identity. */
	static final class Waiting {

		private final VmTask task;

		private final long since;

		private Waiting(VmTask task, long since) {
			this.task = task;
			this.since = since;
		}

		VmTask task() {
			return this.task;
		}

	}

}
