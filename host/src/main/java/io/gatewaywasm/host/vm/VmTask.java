package io.gatewaywasm.host.vm;

import java.util.concurrent.Executor;

/**
 * Work to be done inside a VM.
 */
public interface VmTask {

	/**
	 * Do the work. The VM is held by the calling thread.
	 */
	void run();

	/**
	 * Return where the work goes on if the VM is busy for too long.
	 * @return the executor of the one who waits for this work
	 */
	Executor executor();

	/**
	 * The VM has too much waiting work and this was not accepted. Called by the
	 * submitting thread, without the VM.
	 */
	void rejected();

	/**
	 * The work has waited for too long and will not be done. Called on the
	 * {@link #executor()}, without the VM.
	 */
	default void waitedTooLong() {
		rejected();
	}

	/**
	 * Return whether the work may take seconds, so that no event loop is to do it. Called
	 * inside the VM.
	 * @return {@code true} for work that starts something
	 */
	default boolean isLong() {
		return false;
	}

	/**
	 * Return whether the work is accepted however much is waiting.
	 * @return {@code true} for work that ends something
	 */
	default boolean isEssential() {
		return false;
	}

}
