package io.gatewaywasm.registry.http;

import java.time.Duration;

import io.gatewaywasm.registry.FetchFailure;
import io.gatewaywasm.registry.ModuleFetchException;

/**
 * Thrown when a server reports a temporary failure.
 */
final class SourceBusyException extends ModuleFetchException {

	private static final long serialVersionUID = 1L;

	private final Duration retryAfter;

	SourceBusyException(String message, Duration retryAfter) {
		super(FetchFailure.SOURCE_ERROR, message, "Check the server. The fetch is repeated later.");
		this.retryAfter = retryAfter;
	}

	/**
	 * Returns the delay that the server has requested, possibly zero.
	 */
	Duration getRetryAfter() {
		return this.retryAfter;
	}

}
