package io.gatewaywasm.host.vm;

/**
 * Receives the events of VMs.
 */
@FunctionalInterface
public interface VmListener {

	/**
	 * Called once when a VM failed and will not be entered again. Its streams were
	 * already informed. {@code startingRoot} says whether a root context was being
	 * started for a stream, so that the cause is probably the configuration of that
	 * stream's route. Called on a background thread, after the VM was released.
	 */
	void vmFailed(Vm vm, VmFailure failure, boolean startingRoot);

	/** Called on a background thread when a callback was slow, but returned. */
	default void vmSlow(Vm vm, SlowCall call) {
	}

	/**
	 * Called once when a VM that was closed or retired has ended. Called inside the VM by
	 * any thread; must return quickly.
	 */
	default void vmClosed(Vm vm) {
	}

}
