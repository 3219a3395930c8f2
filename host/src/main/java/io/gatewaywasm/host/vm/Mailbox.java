package io.gatewaywasm.host.vm;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets one thread at a time into a VM without anyone ever waiting for a lock. Idle: the
 * caller does its work inline. Busy: the work is queued and whoever holds the VM does it.
 * The holder does a bounded amount of others' work and then hands what is left to the
 * executor of the next in line. What the work decided leaves after the VM is released.
 * Work submitted from inside the VM is queued, never run inline. A VM that was given
 * worker threads runs nothing on the thread of a caller.
 */
final class Mailbox {

	private static final Logger logger = LoggerFactory.getLogger(Mailbox.class);

	private static final int MAX_TASKS_OF_OTHERS = 16;

	private static final long MAX_NANOS_FOR_OTHERS = 200_000;

	private final AtomicBoolean held = new AtomicBoolean();

	private final ConcurrentLinkedQueue<VmTask> queue = new ConcurrentLinkedQueue<>();

	private final AtomicInteger queued = new AtomicInteger();

	private final int capacity;

	/** Whether worker threads are to look at the queue already. */
	private final AtomicBoolean scheduled = new AtomicBoolean();

	private volatile @Nullable Executor workers;

	private @Nullable Effect firstEffect;

	private @Nullable Effect lastEffect;

	Mailbox(int capacity) {
		this.capacity = capacity;
	}

	/**
	 * Do work now or have it done by the holder.
	 * @param task the work
	 */
	void submit(VmTask task) {
		if (enter()) {
			run(task);
			Effect.deliver(leave());
		}
		else {
			queue(task);
		}
	}

	/**
	 * Hold the VM if it is idle. Who gets it must {@link #leave} it.
	 * @return {@code false} if the work is to be queued
	 */
	boolean enter() {
		return this.workers == null && this.queued.get() == 0 && this.held.compareAndSet(false, true);
	}

	/**
	 * Do some of the work that was queued meanwhile, and release the VM.
	 * @return what is to be delivered now
	 */
	@Nullable Effect leave() {
		drain();
		return release();
	}

	/**
	 * Have work done by the holder or, if there is none any more, do it now.
	 * @param task the work
	 */
	void queue(VmTask task) {
		Executor pool = this.workers;
		if (!hasRoom(task)) {
			if (pool == null) {
				// The one to whom the rest was handed may have much else to do before.
				drainIfIdle();
			}
			if (!hasRoom(task)) {
				task.rejected();
				return;
			}
		}
		this.queue.add(task);
		if (pool != null) {
			drainOn(pool);
		}
		else {
			drainIfIdle();
		}
	}

	private boolean hasRoom(VmTask task) {
		if (this.queued.incrementAndGet() > this.capacity && !task.isEssential()) {
			this.queued.decrementAndGet();
			return false;
		}
		return true;
	}

	/**
	 * Have worker threads look at the queue, once however much is in it: the VMs that
	 * share the threads take turns then.
	 */
	private void drainOn(Executor pool) {
		if (this.scheduled.compareAndSet(false, true)) {
			Effect.execute(pool, () -> {
				this.scheduled.set(false);
				drainIfIdle();
			});
		}
	}

	/**
	 * Choose where work runs from now on.
	 * @param executor the worker threads, or {@code null} for the thread that submits it
	 */
	void workers(@Nullable Executor executor) {
		this.workers = executor;
	}

	/**
	 * Let something leave once the VM is released. Called inside the VM.
	 * @param effect what to deliver
	 */
	void afterRelease(Effect effect) {
		if (this.lastEffect == null) {
			this.firstEffect = effect;
		}
		else {
			this.lastEffect.next(effect);
		}
		this.lastEffect = effect;
	}

	/**
	 * Return whether something is to leave already.
	 * @return whether there are effects
	 */
	boolean hasEffects() {
		return this.firstEffect != null;
	}

	boolean isBusy() {
		return this.held.get();
	}

	int waiting() {
		return this.queued.get();
	}

	private void drainIfIdle() {
		if (this.held.compareAndSet(false, true)) {
			Effect.deliver(leave());
		}
	}

	private void drain() {
		if (this.queued.get() == 0) {
			return;
		}
		long start = System.nanoTime();
		for (int done = 0; done < MAX_TASKS_OF_OTHERS; done++) {
			VmTask task = this.queue.poll();
			if (task == null) {
				break;
			}
			this.queued.decrementAndGet();
			run(task);
			if (System.nanoTime() - start > MAX_NANOS_FOR_OTHERS) {
				break;
			}
		}
	}

	private static void run(VmTask task) {
		try {
			task.run();
		}
		catch (Throwable ex) {
			// Whatever it is, the VM must be released and others' work be done.
			logger.error("Work on a VM failed outside of its guest", ex);
		}
	}

	/**
	 * Release the VM. Whoever queued work since the last look found the VM held and
	 * relies on this look at the queue.
	 * @return the first of the effects that are to leave now
	 */
	private @Nullable Effect release() {
		Effect effects = this.firstEffect;
		this.firstEffect = null;
		this.lastEffect = null;
		this.held.set(false);
		VmTask next = this.queue.peek();
		if (next != null) {
			Executor pool = this.workers;
			if (pool != null) {
				drainOn(pool);
			}
			else {
				Effect.execute(next.executor(), this::drainIfIdle);
			}
		}
		return effects;
	}

}
