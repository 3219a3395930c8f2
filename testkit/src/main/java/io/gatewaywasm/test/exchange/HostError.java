package io.gatewaywasm.test.exchange;

import org.jspecify.annotations.Nullable;

/**
 * A mistake of the filter to which the host responds with an error, although the VM could
 * continue.
 */
enum HostError {

	REQUEST_BODY("request_payload_too_large", "body-buffer",
			"it buffered more bytes of the request's body than `limits.body-buffer` allows."),

	RESPONSE_BODY("response_payload_too_large", "body-buffer",
			"it buffered more bytes of the response's body than `limits.body-buffer` allows."),

	LOCAL_RESPONSE("local_response_too_large", "local-response-too-large",
			"its local response exceeds `limits.local-response`, `limits.headers` or `limits.header-size`."),

	LATE_HEADER_CHANGE("late_header_change", "late-header-change",
			"it changed headers that had waited and were already sent on."),

	MISDIRECTED_RESPONSE("local_response_for_another_context", "misdirected-local-response",
			"it sent a local response for another context in a callback of this exchange.");

	private final String details;

	private final String reason;

	private final String message;

	HostError(String details, String reason, String message) {
		this.details = details;
		this.reason = reason;
		this.message = message;
	}

	/**
	 * Returns the error with the details of the host's response or reset, or {@code null}
	 * if there is none.
	 */
	static @Nullable HostError of(String details) {
		for (HostError error : values()) {
			if (error.details.equals(details)) {
				return error;
			}
		}
		return null;
	}

	/** Returns the value of {@link FilterFailure#reason()}. */
	String reason() {
		return this.reason;
	}

	String message() {
		return this.message;
	}

}
