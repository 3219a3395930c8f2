package io.gatewaywasm.host.abi;

/**
 * Result of a host call, as the guest sees it (Proxy-Wasm ABI 0.2.1, section "Types",
 * {@code proxy_status_t}). The SDKs panic on a status they do not expect, so the choice
 * of one is part of the contract of each host call.
 */
public enum Status {

	/** The call did what it was asked to do. */
	OK(0),

	/** The thing asked for does not exist. */
	NOT_FOUND(1),

	/** An argument is outside its range or not valid at this time. */
	BAD_ARGUMENT(2),

	/** A value could not be serialized. */
	SERIALIZATION_FAILURE(3),

	/** A serialized value could not be parsed. */
	PARSE_FAILURE(4),

	/** An expression is malformed. */
	BAD_EXPRESSION(5),

	/** A pointer or length lies outside the guest's memory. */
	INVALID_MEMORY_ACCESS(6),

	/** A queue holds nothing. */
	EMPTY(7),

	/** A compare-and-set lost. */
	CAS_MISMATCH(8),

	/** A result does not have the expected form. */
	RESULT_MISMATCH(9),

	/** The host failed. */
	INTERNAL_FAILURE(10),

	/** A connection broke. */
	BROKEN_CONNECTION(11),

	/** This host does not offer the function. */
	UNIMPLEMENTED(12);

	private final int code;

	Status(int code) {
		this.code = code;
	}

	/**
	 * Return the value that crosses the ABI.
	 * @return the wire code
	 */
	public int code() {
		return this.code;
	}

}
