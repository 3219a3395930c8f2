package io.gatewaywasm.host.abi;

/**
 * The result of a host call for the guest (Proxy-Wasm ABI 0.2.1, section "Types", {@code
 * proxy_status_t}). SDKs panic on statuses that they do not expect, so the status is part
 * of the contract of each host call.
 */
public enum Status {

	/** The call was successful. */
	OK(0),

	/** The requested object does not exist. */
	NOT_FOUND(1),

	/** An argument is out of range, or not valid at this time. */
	BAD_ARGUMENT(2),

	/** A value could not be serialized. */
	SERIALIZATION_FAILURE(3),

	/** A serialized value could not be parsed. */
	PARSE_FAILURE(4),

	/** An expression is malformed. */
	BAD_EXPRESSION(5),

	/** A pointer or length is outside of the guest's memory. */
	INVALID_MEMORY_ACCESS(6),

	/** A queue is empty. */
	EMPTY(7),

	/** The value of a compare-and-set has changed. */
	CAS_MISMATCH(8),

	/** A result does not have the expected form. */
	RESULT_MISMATCH(9),

	/** The host has failed. */
	INTERNAL_FAILURE(10),

	/** A connection was lost. */
	BROKEN_CONNECTION(11),

	/** The host does not implement the function. */
	UNIMPLEMENTED(12);

	private final int code;

	Status(int code) {
		this.code = code;
	}

	/**
	 * Returns the wire code.
	 */
	public int code() {
		return this.code;
	}

}
