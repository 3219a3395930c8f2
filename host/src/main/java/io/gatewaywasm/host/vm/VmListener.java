package io.gatewaywasm.host.vm;

/**
 * Is told when a VM is lost.
 */
@FunctionalInterface
public interface VmListener {

	/**
	 * A VM failed and will not be entered again. Its streams have been told. Called once,
	 * after the VM was released, on a background thread.
	 * @param vm the VM
	 * @param failure why
	 */
	void vmFailed(Vm vm, VmFailure failure);

	/**
	 * A callback returned, but was slow. Called on a background thread.
	 * @param vm the VM
	 * @param call the callback and its CPU time
	 */
	default void vmSlow(Vm vm, SlowCall call) {
	}

	/**
	 * A VM that was closed or retired has ended. Called once, inside the VM, by any
	 * thread; must be quick.
	 * @param vm the VM
	 */
	default void vmClosed(Vm vm) {
	}

}
