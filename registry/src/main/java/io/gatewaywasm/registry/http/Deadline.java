package io.gatewaywasm.registry.http;

import java.time.Duration;

import io.gatewaywasm.registry.FetchFailure;
import io.gatewaywasm.registry.ModuleFetchException;

/**
 * The time by which a fetch must be complete, including all its requests.
 */
public final class Deadline {

	private final Duration timeout;

	private final long start = System.nanoTime();

	private Deadline(Duration timeout) {
		this.timeout = timeout;
	}

	/**
	 * Returns a deadline after the given time.
	 */
	public static Deadline in(Duration timeout) {
		return new Deadline(timeout);
	}

	/**
	 * Returns the remaining time, which is positive. Throws {@link ModuleFetchException}
	 * if the deadline has passed.
	 */
	Duration remaining() {
		Duration remaining = left();
		if (remaining.isNegative() || remaining.isZero()) {
			throw expired();
		}
		return remaining;
	}

	boolean isWithin(Duration duration) {
		return left().compareTo(duration) > 0;
	}

	ModuleFetchException expired() {
		return new ModuleFetchException(FetchFailure.TIMEOUT,
				"The fetch was not complete after %d ms".formatted(this.timeout.toMillis()),
				"Check the connection to the server, or raise 'gateway.wasm.fetch.timeout'.");
	}

	private Duration left() {
		return this.timeout.minusNanos(System.nanoTime() - this.start);
	}

}
