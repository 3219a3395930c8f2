package io.gatewaywasm.boot.fetch.http;

import java.time.Duration;

import io.gatewaywasm.boot.fetch.FetchFailure;
import io.gatewaywasm.boot.fetch.ModuleFetchException;

/**
 * The source says that it cannot answer now.
 */
final class SourceBusyException extends ModuleFetchException {

	private static final long serialVersionUID = 1L;

	private final Duration retryAfter;

	SourceBusyException(String message, Duration retryAfter) {
		super(FetchFailure.SOURCE_ERROR, message, "Look for the cause there; the fetch is repeated later.");
		this.retryAfter = retryAfter;
	}

	/**
	 * Return when to ask again.
	 * @return how long the source asks to be left alone, possibly no time
	 */
	Duration getRetryAfter() {
		return this.retryAfter;
	}

}
