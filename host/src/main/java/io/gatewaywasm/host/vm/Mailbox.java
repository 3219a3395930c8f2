package io.gatewaywasm.host.vm;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

import io.gatewaywasm.host.spi.HostScheduler;
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

	private final TaskQueue queue;

	private final HostScheduler scheduler;

	private final Executor workers;

	/** Whether worker threads are to look at the queue already. */
	private final AtomicBoolean scheduled = new AtomicBoolean();

	private volatile boolean onWorkers;

	/** Whether what is next is not for an event loop. Used inside the VM. */
	private boolean longWorkIsNext;

	private @Nullable Delivery firstDelivery;

	private @Nullable Delivery lastDelivery;

	/**
	 * Create a new mailbox.
	 * @param queue keeps work that waits
	 * @param scheduler knows the threads that may block
	 * @param workers the worker threads of the plugin
	 */
	Mailbox(TaskQueue queue, HostScheduler scheduler, Executor workers) {
		this.queue = queue;
		this.scheduler = scheduler;
		this.workers = workers;
	}

	/**
	 * Do work now or have it done by the holder.
	 * @param task the work
	 */
	void submit(VmTask task) {
		if (enter()) {
			run(task);
			Delivery.run(leave());
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
		return !this.onWorkers && this.queue.size() == 0 && this.held.compareAndSet(false, true);
	}

	/**
	 * Do some of the work that was queued meanwhile, and release the VM.
	 * @return what is to be delivered now
	 */
	@Nullable Delivery leave() {
		drain(false);
		return release();
	}

	/**
	 * Release the VM and have work done on worker threads, before all that is queued
	 * later.
	 * @param task the work
	 */
	void leaveLater(VmTask task) {
		if (this.queue.reserve(task)) {
			this.queue.add(task);
			Delivery.run(leave());
		}
		else {
			Delivery.run(leave());
			task.rejected();
		}
	}

	boolean isOnEventLoop() {
		return !this.scheduler.mayBlock(Thread.currentThread());
	}

	/**
	 * Have work done by the holder or, if there is none any more, do it now.
	 * @param task the work
	 */
	void queue(VmTask task) {
		boolean later = this.onWorkers;
		if (!this.queue.reserve(task)) {
			if (!later) {
				// The one to whom the rest was handed may have much else to do before.
				drainIfIdle(false);
			}
			if (!this.queue.reserve(task)) {
				task.rejected();
				return;
			}
		}
		this.queue.add(task);
		if (later) {
			drainOnWorkers();
		}
		else {
			drainIfIdle(false);
		}
	}

	/**
	 * Have worker threads look at the queue, once however much is in it: the VMs that
	 * share the threads take turns then.
	 */
	private void drainOnWorkers() {
		if (this.scheduled.compareAndSet(false, true)) {
			Delivery.execute(this.workers, () -> {
				this.scheduled.set(false);
				drainIfIdle(true);
			});
		}
	}

	Executor workers() {
		return this.workers;
	}

	/**
	 * Choose where work runs from now on.
	 * @param whether on worker threads, or on the thread that submits it
	 */
	void onWorkers(boolean whether) {
		this.onWorkers = whether;
	}

	/**
	 * Let something leave once the VM is released. Called inside the VM.
	 * @param delivery what to deliver
	 */
	void afterRelease(Delivery delivery) {
		if (this.lastDelivery == null) {
			this.firstDelivery = delivery;
		}
		else {
			this.lastDelivery.next(delivery);
		}
		this.lastDelivery = delivery;
	}

	/**
	 * Return whether something is to leave already.
	 * @return whether there are deliveries
	 */
	boolean hasDeliveries() {
		return this.firstDelivery != null;
	}

	boolean isBusy() {
		return this.held.get();
	}

	int waiting() {
		return this.queue.size();
	}

	private void drainIfIdle(boolean onWorker) {
		if (this.held.compareAndSet(false, true)) {
			drain(onWorker);
			Delivery.run(release());
		}
	}

	private void drain(boolean onWorker) {
		this.longWorkIsNext = false;
		if (this.queue.size() == 0) {
			return;
		}
		long start = System.nanoTime();
		for (int done = 0; done < MAX_TASKS_OF_OTHERS; done++) {
			TaskQueue.Waiting next = this.queue.peek();
			if (next == null) {
				break;
			}
			if (!onWorker && next.task().isLong() && isOnEventLoop()) {
				this.longWorkIsNext = true;
				break;
			}
			if (this.queue.remove(next)) {
				run(next.task());
			}
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
	 * @return the first of the deliveries that are to leave now
	 */
	private @Nullable Delivery release() {
		Delivery deliveries = this.firstDelivery;
		this.firstDelivery = null;
		this.lastDelivery = null;
		boolean onlyForWorkers = this.longWorkIsNext;
		this.held.set(false);
		TaskQueue.Waiting next = this.queue.peek();
		if (next != null) {
			if (this.onWorkers || onlyForWorkers) {
				drainOnWorkers();
			}
			else {
				Delivery.execute(next.task().executor(), () -> drainIfIdle(false));
			}
		}
		return deliveries;
	}

}
