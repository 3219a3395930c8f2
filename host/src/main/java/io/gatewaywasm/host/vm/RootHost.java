package io.gatewaywasm.host.vm;

import io.gatewaywasm.host.spi.HostScheduler;

/**
 * The part of a VM that its root contexts use.
 */
interface RootHost {

	/** Returns the way into the guest. */
	GuestCalls guest();

	VmSpec spec();

	HostScheduler scheduler();

	/**
	 * Runs work that enters the guest; whatever it throws ends the VM, not the caller.
	 */
	void guarded(Runnable work);

	void submit(VmTask task);

	/** Submits work from a thread on which this guest may not run, such as a timer's. */
	void submitInBackground(VmTask task);

	/** Forgets a root context that was deleted. */
	void forget(RootContext root);

}
