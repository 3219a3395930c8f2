package io.gatewaywasm.host.vm.hostcall;

/**
 * State that the host keeps for a guest and that can be restored with its VM. Used only
 * inside the VM.
 */
public interface Restorable {

	/** Captures the present state, and replaces the state captured before. */
	void capture();

	/** Restores the captured state. */
	void restore();

}
