package io.gatewaywasm.boot.fetch.http;

import java.time.Duration;

import io.gatewaywasm.boot.fetch.FetchFailure;
import io.gatewaywasm.boot.fetch.ModuleFetchException;

/**
 * The moment by which a fetch with all its requests is over.
 */
public final class Deadline {

	private final Duration timeout;

	private final long start = System.nanoTime();

	private Deadline(Duration timeout) {
		this.timeout = timeout;
	}

	/**
	 * Return a deadline from now.
	 * @param timeout how far off it is
	 * @return the deadline
	 */
	public static Deadline in(Duration timeout) {
		return new Deadline(timeout);
	}

	/**
	 * Return how much time is left.
	 * @return the time left, more than nothing
	 * @throws ModuleFetchException if there is none left
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
				"The fetch was not finished after %d ms".formatted(this.timeout.toMillis()),
				"Check the connection to the source, or raise 'gateway.wasm.fetch.timeout'.");
	}

	private Duration left() {
		return this.timeout.minusNanos(System.nanoTime() - this.start);
	}

}
