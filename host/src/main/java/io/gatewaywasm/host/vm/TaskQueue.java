package io.gatewaywasm.host.vm;

import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

import io.gatewaywasm.host.spi.HostScheduler;
import org.jspecify.annotations.Nullable;

/**
 * The tasks that wait for a VM. Both their number and the time that they wait are
 * limited, except for control tasks, which end streams, root contexts or the VM.
 * Thread-safe; only the holder of the VM takes tasks.
 */
final class TaskQueue {

	/**
	 * The minimum time limit, so that one quick callback inside the VM does not make
	 * tasks expire.
	 */
	private static final Duration SHORTEST_WAIT = Duration.ofMillis(100);

	private final ConcurrentLinkedQueue<Waiting> queue = new ConcurrentLinkedQueue<>();

	private final AtomicInteger size = new AtomicInteger();

	private final String plugin;

	private final int capacity;

	private final Duration wait;

	private final HostScheduler scheduler;

	private final LongSupplier nanoTime;

	private final AtomicBoolean timed = new AtomicBoolean();

	/**
	 * Creates a queue with a capacity and a time limit. The scheduler checks the time
	 * limit.
	 */
	TaskQueue(String plugin, int capacity, Duration wait, HostScheduler scheduler) {
		this(plugin, capacity, wait, scheduler, System::nanoTime);
	}

	TaskQueue(String plugin, int capacity, Duration wait, HostScheduler scheduler, LongSupplier nanoTime) {
		this.plugin = plugin;
		this.capacity = capacity;
		this.wait = (wait.compareTo(SHORTEST_WAIT) > 0) ? wait : SHORTEST_WAIT;
		this.scheduler = scheduler;
		this.nanoTime = nanoTime;
	}

	/**
	 * Reserves a place for a task that the caller then {@linkplain #add adds}. Returns
	 * {@code false} if the queue is full.
	 */
	boolean reserve(VmTask task) {
		int places = task.isOptional() ? this.capacity / 2 : this.capacity;
		if (this.size.incrementAndGet() > places && !task.isEssential()) {
			this.size.decrementAndGet();
			return false;
		}
		return true;
	}

	void add(VmTask task) {
		this.queue.add(new Waiting(task, this.nanoTime.getAsLong()));
		scheduleCheck(this.wait);
	}

	private void scheduleCheck(Duration delay) {
		if (this.timed.compareAndSet(false, true)) {
			this.scheduler.schedule(this::expire, delay);
		}
	}

	/** Rejects the tasks that have waited for too long. */
	private void expire() {
		this.timed.set(false);
		long now = this.nanoTime.getAsLong();
		for (Waiting waiting : this.queue) {
			long left = this.wait.toNanos() - (now - waiting.since);
			if (left > 0) {
				// All tasks after this one were added later
				scheduleCheck(Duration.ofNanos(left));
				return;
			}
			if (!waiting.task.isEssential() && remove(waiting)) {
				Delivery.execute(this.plugin, waiting.task.executor(), waiting.task::waitedTooLong);
			}
		}
	}

	@Nullable Waiting peek() {
		return this.queue.peek();
	}

	/** Removes a task. Returns {@code false} if it was removed before. */
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

	/** A task and the time since which it waits. Compared by identity. */
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
