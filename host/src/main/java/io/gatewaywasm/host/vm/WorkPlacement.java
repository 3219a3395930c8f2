package io.gatewaywasm.host.vm;

import java.util.concurrent.Executor;

import io.gatewaywasm.host.spi.HostScheduler;

/**
 * Chooses the threads that do the work of one VM: the thread that submits it, or worker
 * threads if the VM was moved there, or if the next task must not run on an event loop.
 */
final class WorkPlacement {

	private final HostScheduler scheduler;

	private final Executor workers;

	private final WorkerPasses passes;

	private volatile boolean onWorkers;

	/** Whether the VM was taken from its holder. Guarded by {@code this}. */
	private boolean taken;

	/** Whether the next task must not run on an event loop. Used inside the VM. */
	private boolean longWorkIsNext;

	WorkPlacement(HostScheduler scheduler, Executor workers, WorkerPasses passes) {
		this.scheduler = scheduler;
		this.workers = workers;
		this.passes = passes;
	}

	/** Returns whether all work runs on worker threads. */
	boolean isOnWorkers() {
		return this.onWorkers;
	}

	synchronized void moveToWorkers() {
		if (!this.taken) {
			this.onWorkers = true;
		}
	}

	synchronized void moveToCaller() {
		this.onWorkers = false;
	}

	/**
	 * Runs all further work on the threads that submit it, because all worker threads of
	 * the plugin may be stuck.
	 */
	synchronized void taken() {
		this.taken = true;
		this.onWorkers = false;
	}

	Executor workers() {
		return this.workers;
	}

	/**
	 * Returns whether the calling thread is an event loop, so that it must not do work
	 * that may take seconds.
	 */
	boolean isOnEventLoop() {
		return !this.scheduler.mayBlock(Thread.currentThread());
	}

	/** Called inside the VM before queued work is done. */
	void beginPass() {
		this.longWorkIsNext = false;
	}

	/**
	 * Returns whether a task must be left to worker threads, because it may take seconds
	 * on this event loop. Called inside the VM.
	 */
	boolean isForWorkers(VmTask next) {
		this.longWorkIsNext = next.isLong() && isOnEventLoop();
		return this.longWorkIsNext;
	}

	/**
	 * Returns whether the task that is left is one for worker threads. Called inside the
	 * VM.
	 */
	boolean isNextForWorkers() {
		return this.longWorkIsNext;
	}

	/**
	 * Schedules the work that is left on worker threads if it must run there, and returns
	 * whether it did.
	 */
	boolean scheduleOnWorkers(boolean nextForWorkers) {
		if (nextForWorkers || this.onWorkers) {
			this.passes.schedule();
			return true;
		}
		return false;
	}

}
