package io.gatewaywasm.host.vm.hostcall;

/**
 * What a VM keeps for its guest on the host's side, which can return to how it was. Used
 * inside the VM only.
 */
public interface Restorable {

	/**
	 * Captures the present state, in place of the one captured before.
	 */
	void capture();

	/**
	 * Returns to the state that was captured.
	 */
	void restore();

}
