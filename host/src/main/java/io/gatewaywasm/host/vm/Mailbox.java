package io.gatewaywasm.host.vm;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

/**
 * Lets one thread at a time into a VM without anyone ever waiting for a lock. Idle: the
 * caller does its work inline. Busy: the work is queued and whoever holds the VM does it.
 * The holder does a bounded amount of others' work and then hands what is left to the
 * executor of the next in line. What the work decided leaves after the VM is released.
 * Work submitted from inside the VM is queued, never run inline. A VM that was given
 * worker threads runs nothing on the thread of a caller.
 */
final class Mailbox {

	private static final int MAX_TASKS_OF_OTHERS = 16;

	private static final long MAX_NANOS_FOR_OTHERS = 200_000;

	private final AtomicBoolean held = new AtomicBoolean();

	private final ConcurrentLinkedQueue<VmTask> queue = new ConcurrentLinkedQueue<>();

	private final AtomicInteger queued = new AtomicInteger();

	private final int capacity;

	/** Whether worker threads are to look at the queue already. */
	private final AtomicBoolean scheduled = new AtomicBoolean();

	private volatile @Nullable Executor workers;

	private List<Effect> outbox = new ArrayList<>();

	Mailbox(int capacity) {
		this.capacity = capacity;
	}

	/**
	 * Do work now or have it done by the holder.
	 * @param task the work
	 */
	void submit(VmTask task) {
		Executor pool = this.workers;
		if (pool == null && this.queued.get() == 0 && this.held.compareAndSet(false, true)) {
			List<Effect> own = run(task);
			List<Effect> others = drain();
			release();
			own.forEach((effect) -> effect.deliver(task));
			others.forEach((effect) -> effect.deliver(null));
			return;
		}
		if (this.queued.incrementAndGet() > this.capacity && !task.isEssential()) {
			this.queued.decrementAndGet();
			task.rejected();
			return;
		}
		this.queue.add(task);
		if (pool != null) {
			drainOn(pool);
		}
		else {
			drainIfIdle();
		}
	}

	/**
	 * Have worker threads look at the queue, once however much is in it: the VMs that
	 * share the threads take turns then.
	 */
	private void drainOn(Executor pool) {
		if (this.scheduled.compareAndSet(false, true)) {
			execute(pool, () -> {
				this.scheduled.set(false);
				drainIfIdle();
			});
		}
	}

	/**
	 * Run all work on worker threads from now on, never on the thread that submits it.
	 * @param executor the worker threads
	 */
	void workers(Executor executor) {
		this.workers = executor;
	}

	/**
	 * Let something leave once the VM is released. Called inside the VM.
	 * @param effect what to deliver
	 */
	void afterRelease(Effect effect) {
		this.outbox.add(effect);
	}

	boolean isBusy() {
		return this.held.get();
	}

	int waiting() {
		return this.queued.get();
	}

	private void drainIfIdle() {
		if (!this.held.compareAndSet(false, true)) {
			return;
		}
		List<Effect> effects = drain();
		release();
		effects.forEach((effect) -> effect.deliver(null));
	}

	private List<Effect> drain() {
		if (this.queued.get() == 0) {
			return List.of();
		}
		List<Effect> effects = new ArrayList<>();
		long start = System.nanoTime();
		for (int done = 0; done < MAX_TASKS_OF_OTHERS; done++) {
			VmTask task = this.queue.poll();
			if (task == null) {
				break;
			}
			this.queued.decrementAndGet();
			effects.addAll(run(task));
			if (System.nanoTime() - start > MAX_NANOS_FOR_OTHERS) {
				break;
			}
		}
		return effects;
	}

	private List<Effect> run(VmTask task) {
		task.run();
		if (this.outbox.isEmpty()) {
			return List.of();
		}
		List<Effect> effects = this.outbox;
		this.outbox = new ArrayList<>(2);
		return effects;
	}

	/**
	 * Release the VM. Whoever queued work since the last look found the VM held and
	 * relies on this look at the queue.
	 */
	private void release() {
		this.held.set(false);
		VmTask next = this.queue.peek();
		if (next != null) {
			Executor pool = this.workers;
			if (pool != null) {
				drainOn(pool);
			}
			else {
				execute(next.executor(), this::drainIfIdle);
			}
		}
	}

	private static void execute(Executor executor, Runnable task) {
		try {
			executor.execute(task);
		}
		catch (RejectedExecutionException ex) {
			// The executor is shutting down; the work still has to be done by somebody.
			task.run();
		}
	}

	/**
	 * Something that leaves the VM.
	 *
	 * @param executor where it is delivered
	 * @param origin the task that may deliver it inline, because its submitter waits for
	 * it
	 * @param action the delivery
	 */
	record Effect(Executor executor, @Nullable VmTask origin, Runnable action) {

		private void deliver(@Nullable VmTask inline) {
			if (this.origin != null && this.origin == inline) {
				this.action.run();
			}
			else {
				execute(this.executor, this.action);
			}
		}

	}

}
