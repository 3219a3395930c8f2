package io.gatewaywasm.registry.http;

import java.time.Duration;
import java.util.function.Supplier;

import io.gatewaywasm.registry.Backoff;
import io.gatewaywasm.registry.ModuleFetchException;

/**
 * Retries temporary failures, with growing and randomized delays.
 *
 * @param limit the maximum number of retries
 * @param backoff the maximum delay before the first retry
 */
public record Retries(int limit, Duration backoff) {

	private static final Duration LONGEST = Duration.ofSeconds(20);

	/**
	 * Calls until the call succeeds, fails permanently, or the retries or the time are
	 * exhausted.
	 */
	public <T> T call(Deadline deadline, Supplier<T> call) {
		for (int attempt = 0;; attempt++) {
			try {
				return call.get();
			}
			catch (ModuleFetchException ex) {
				Duration pause = pause(attempt, ex);
				if (!ex.getFailure().isTemporary() || attempt >= this.limit || !deadline.isWithin(pause)) {
					throw ex;
				}
				sleep(pause, ex);
			}
		}
	}

	private Duration pause(int attempt, ModuleFetchException failure) {
		Duration pause = new Backoff(this.backoff, LONGEST).after(attempt);
		if (failure instanceof SourceBusyException busy && busy.getRetryAfter().compareTo(pause) > 0) {
			return busy.getRetryAfter();
		}
		return pause;
	}

	private static void sleep(Duration pause, ModuleFetchException failure) {
		try {
			Thread.sleep(pause.toMillis());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw failure;
		}
	}

}
