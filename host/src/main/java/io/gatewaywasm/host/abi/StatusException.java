package io.gatewaywasm.host.abi;

/**
 * Ends a host call with a status other than {@link Status#OK}. One shared, stackless
 * instance exists per status, since these are answers to a guest and not faults of the
 * host.
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
	 * Return the shared exception for a status.
	 * @param status the status that the guest gets
	 * @return the exception to throw
	 */
	public static StatusException of(Status status) {
		return INSTANCES[status.code()];
	}

	/**
	 * Return the status that the guest gets.
	 * @return the status
	 */
	public Status status() {
		return this.status;
	}

}
