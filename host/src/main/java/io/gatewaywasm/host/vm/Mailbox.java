package io.gatewaywasm.host.vm;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

import io.gatewaywasm.host.spi.HostScheduler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets one thread at a time into a VM without any thread waiting for a lock. If the VM is
 * idle, the caller does its work inline. If it is busy, the work is queued, and the
 * thread that holds the VM does it. The holder does a bounded amount of queued work and
 * then hands the rest to the executor of the next task. Results are delivered after the
 * VM is released. Work that is submitted from inside the VM is queued, never run inline.
 * If the VM was moved to worker threads, no work runs on the caller's thread. If its
 * holder does not return, the VM can be taken from it.
 */
public final class Mailbox {

	private static final Logger logger = LoggerFactory.getLogger(Mailbox.class);

	private static final int MAX_TASKS_OF_OTHERS = 16;

	private static final long MAX_NANOS_FOR_OTHERS = 200_000;

	private final String plugin;

	private final AtomicBoolean held = new AtomicBoolean();

	private final TaskQueue queue;

	private final WorkPlacement placement;

	private final Deliveries deliveries = new Deliveries();

	Mailbox(String plugin, TaskQueue queue, HostScheduler scheduler, Executor workers) {
		this.plugin = plugin;
		this.queue = queue;
		this.placement = new WorkPlacement(scheduler, workers,
				new WorkerPasses(plugin, workers, scheduler, () -> drainIfIdle(true)));
	}

	/** Does the work now, or queues it for the holder. */
	public void submit(VmTask task) {
		if (enter()) {
			if (run(task)) {
				Delivery.run(leave());
			}
		}
		else {
			queue(task);
		}
	}

	/**
	 * Does the work on this thread ahead of all queued work, or queues it for the holder.
	 * For work that must run even if all worker threads are stuck. Not for event loops.
	 */
	void submitAhead(VmTask task) {
		if (this.held.compareAndSet(false, true)) {
			if (run(task)) {
				Delivery.run(release());
			}
		}
		else {
			queue(task);
		}
	}

	/**
	 * Takes hold of the VM if it is idle; the caller must then {@link #leave} it. Returns
	 * {@code false} if the work must be queued.
	 */
	public boolean enter() {
		return !this.placement.isOnWorkers() && this.queue.size() == 0 && this.held.compareAndSet(false, true);
	}

	/**
	 * Does some of the work that was queued in the meantime, and releases the VM. Returns
	 * the deliveries that the caller must run now.
	 */
	public @Nullable Delivery leave() {
		return drain(false) ? release() : null;
	}

	/**
	 * Takes the VM from a thread that holds it and will unwind without touching it. Runs
	 * {@code work} first; nothing that runs afterwards enters the guest.
	 */
	void take(Runnable work) {
		this.placement.taken();
		run(work);
		Delivery.run(leave());
	}

	/** Releases the VM and queues work for worker threads. */
	public void leaveLater(VmTask task) {
		if (this.queue.reserve(task)) {
			this.queue.add(task);
			Delivery.run(leave());
		}
		else {
			Delivery.run(leave());
			task.rejected();
		}
	}

	/**
	 * Returns whether the calling thread is an event loop, so that it must not do work
	 * that may take seconds.
	 */
	public boolean isOnEventLoop() {
		return this.placement.isOnEventLoop();
	}

	/** Queues work for the holder, or does it now if no thread holds the VM any more. */
	public void queue(VmTask task) {
		boolean later = this.placement.isOnWorkers();
		if (!this.queue.reserve(task)) {
			if (!later) {
				// The executor that the remaining work was handed to may be busy with
				// other tasks
				drainIfIdle(false);
			}
			if (!this.queue.reserve(task)) {
				task.rejected();
				return;
			}
		}
		this.queue.add(task);
		if (later) {
			this.placement.scheduleOnWorkers(true);
		}
		else {
			drainIfIdle(false);
		}
	}

	Executor workers() {
		return this.placement.workers();
	}

	/** Runs all work on worker threads from now on. */
	void moveToWorkers() {
		this.placement.moveToWorkers();
	}

	/** Runs work on the thread that submits it from now on. */
	void moveToCaller() {
		this.placement.moveToCaller();
	}

	/** Adds a delivery to be made when the VM is released. Called inside the VM. */
	public void afterRelease(Delivery delivery) {
		this.deliveries.add(delivery);
	}

	/**
	 * Returns whether deliveries are waiting for the release of the VM. Called inside the
	 * VM.
	 */
	public boolean hasDeliveries() {
		return !this.deliveries.isEmpty();
	}

	boolean isBusy() {
		return this.held.get();
	}

	int waiting() {
		return this.queue.size();
	}

	private void drainIfIdle(boolean onWorker) {
		if (this.held.compareAndSet(false, true) && drain(onWorker)) {
			Delivery.run(release());
		}
	}

	/** Does queued work, and returns {@code false} if this thread lost the VM. */
	private boolean drain(boolean onWorker) {
		this.placement.beginPass();
		if (this.queue.size() == 0) {
			return true;
		}
		long start = System.nanoTime();
		for (int done = 0; done < MAX_TASKS_OF_OTHERS; done++) {
			TaskQueue.Waiting next = this.queue.peek();
			if (next == null) {
				break;
			}
			if (!onWorker && this.placement.isForWorkers(next.task())) {
				break;
			}
			if (this.queue.remove(next) && !run(next.task())) {
				return false;
			}
			if (System.nanoTime() - start > MAX_NANOS_FOR_OTHERS) {
				break;
			}
		}
		return true;
	}

	private boolean run(VmTask task) {
		return run(task::run);
	}

	/** Does the work, and returns {@code false} if this thread lost the VM. */
	private boolean run(Runnable work) {
		try {
			work.run();
		}
		catch (VmTakenException ex) {
			return false;
		}
		catch (Throwable ex) {
			// After any error, the VM must be released and queued work done
			failed(ex);
		}
		return true;
	}

	/**
	 * Logs that work inside the VM threw an exception which is not a failure of the VM.
	 */
	public void failed(Throwable thrown) {
		logger.error("Wasm plugin '{}': the host failed while it handled a stream or a timer. The VM continues."
				+ " Report this with the stack trace.", this.plugin, thrown);
	}

	/**
	 * Releases the VM, and returns the first delivery to make now. Checks the queue
	 * again, because a thread that queued work while the VM was held relies on the holder
	 * to process it.
	 */
	private @Nullable Delivery release() {
		Delivery first = this.deliveries.takeAll();
		boolean onlyForWorkers = this.placement.isNextForWorkers();
		this.held.set(false);
		TaskQueue.Waiting next = this.queue.peek();
		if (next != null && !this.placement.scheduleOnWorkers(onlyForWorkers)) {
			Delivery.execute(this.plugin, next.task().executor(), () -> drainIfIdle(false));
		}
		return first;
	}

}
