package io.gatewaywasm.host.abi;

/**
 * Ends a host call with a status other than {@link Status#OK}. There is one shared
 * instance per status without a stack trace, because it is a result for the guest rather
 * than a failure of the host.
 */
public final class StatusException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private static final StatusException[] INSTANCES = new StatusException[Status.values().length];

	static {
		for (Status status : Status.values()) {
			INSTANCES[status.code()] = new StatusException(status);
		}
	}

	private final Status status;

	private StatusException(Status status) {
		super(status.name(), null, false, false);
		this.status = status;
	}

	/**
	 * Returns the shared exception for a status.
	 */
	public static StatusException of(Status status) {
		return INSTANCES[status.code()];
	}

	/**
	 * Returns the status for the guest.
	 */
	public Status status() {
		return this.status;
	}

}
