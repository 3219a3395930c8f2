package io.gatewaywasm.host.vm;

/**
 * Unwinds to the code that entered a VM which has just failed. Has no stack trace,
 * because the failure was logged where it happened.
 */
final class VmFailedException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final transient VmFailure failure;

	VmFailedException(VmFailure failure) {
		super(failure.message(), null, false, false);
		this.failure = failure;
	}

	VmFailure failure() {
		return this.failure;
	}

}
