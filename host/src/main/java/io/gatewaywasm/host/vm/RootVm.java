package io.gatewaywasm.host.vm;

import java.util.concurrent.Executor;

import io.gatewaywasm.host.spi.HostScheduler;

/**
 * The part of a VM that its root contexts use.
 */
interface RootVm {

	GuestCallbacks guest();

	VmSpec spec();

	HostScheduler scheduler();

	/** Returns the threads for work that is never rejected. */
	Executor controlThreads();

	/**
	 * Runs work that enters the guest. Anything that it throws ends the VM and is not
	 * thrown to the caller.
	 */
	void guarded(Runnable work);

	void submit(VmTask task);

	/**
	 * Submits work from a thread on which this guest may not run, such as the timer
	 * thread.
	 */
	void submitInBackground(VmTask task);

	/**
	 * Submits work like {@link #submitInBackground}, but drops it if too much work waits.
	 */
	void wakeInBackground(VmTask task);

	/** Removes a root context that was deleted. */
	void forget(RootContext root);

}
