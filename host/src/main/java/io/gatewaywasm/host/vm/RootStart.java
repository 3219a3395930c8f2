package io.gatewaywasm.host.vm;

import io.gatewaywasm.host.spi.RootSpec;

/**
 * The start of a root context that a stream needs. {@code failed} receives the failure.
 */
record RootStart(RootSpec spec, VmStream stream, FailedRootStarts failed) {

	/** Records that the VM was lost during the start. */
	void lost(VmFailure why) {
		this.failed.lost(this.spec, why);
	}

}
