package io.gatewaywasm.host.vm.hostcall;

import io.gatewaywasm.host.abi.Status;

/**
 * The result of injecting bytes into a response.
 */
public enum Injection {

	/** The bytes are sent when the callback has returned. */
	ACCEPTED(Status.OK, ""),

	/** A root context has no response. */
	NO_STREAM(Status.BAD_ARGUMENT, "the context is not a stream"),

	/** The response headers have not been shown to the filter yet. */
	TOO_EARLY(Status.BAD_ARGUMENT, "the response has not started"),

	/** The response has ended, or was replaced by a local response. */
	TOO_LATE(Status.BAD_ARGUMENT, "the response is over for this filter"),

	/** The body does not pass through the filter, or its length was already sent. */
	NO_BODY(Status.BAD_ARGUMENT, "the body of the response does not go through this filter"),

	/** The client has not read the bytes injected before. */
	FULL(Status.INTERNAL_FAILURE,
			"more than 'limits.body-buffer' would wait for the client to read it, or for the callback to return");

	private final Status status;

	private final String reason;

	Injection(Status status, String reason) {
		this.status = status;
		this.reason = reason;
	}

	Status status() {
		return this.status;
	}

	String reason() {
		return this.reason;
	}

}
