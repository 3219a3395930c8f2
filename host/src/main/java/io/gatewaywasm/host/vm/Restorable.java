package io.gatewaywasm.host.vm;

/**
 * What a VM keeps for its guest on the host's side, which can return to how it was. Used
 * inside the VM only.
 */
interface Restorable {

	/** Remember the present state, in place of what was remembered before. */
	void capture();

	/** Return to the state that was remembered. */
	void restore();

}
