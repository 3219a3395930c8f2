package io.gatewaywasm.host.vm.stream;

/**
 * The treatment of a message whose guest failed.
 */
enum FailedGuest {

	/** The message is sent on without the guest. */
	SKIPPED,

	/** The message is replaced by a local response. */
	REPLACED;

	static FailedGuest of(boolean skipped) {
		return skipped ? SKIPPED : REPLACED;
	}

}
