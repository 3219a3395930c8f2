package io.gatewaywasm.host.vm;

import java.util.concurrent.Executor;

/**
 * Work to be done inside a VM.
 */
public interface VmTask {

	/** Does the work. The calling thread holds the VM. */
	void run();

	/**
	 * Returns the executor on which the work continues if the VM stays busy: that of the
	 * component that waits for the work.
	 */
	Executor executor();

	/**
	 * Called by the submitting thread, outside the VM, if too much work waits for the VM
	 * and this task was not accepted.
	 */
	void rejected();

	/**
	 * Called on the {@link #executor()}, outside the VM, if the task waited for too long
	 * and will not run.
	 */
	default void waitedTooLong() {
		rejected();
	}

	/**
	 * Returns whether the work may take seconds, so that it must not run on an event
	 * loop. True for work that starts something. Called inside the VM.
	 */
	default boolean isLong() {
		return false;
	}

	/** Returns whether the work is never rejected. True for work that ends something. */
	default boolean isEssential() {
		return false;
	}

	/**
	 * Returns whether the work is rejected when half of the places are taken, so that it
	 * takes no places from other work. True for work that nothing waits for.
	 */
	default boolean isOptional() {
		return false;
	}

}
