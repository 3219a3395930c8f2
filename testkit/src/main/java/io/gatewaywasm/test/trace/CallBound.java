package io.gatewaywasm.test.trace;

import java.time.Duration;
import java.util.Locale;

/**
 * Limits the calls between a filter and its host, so that a filter that never ends is
 * stopped.
 */
public final class CallBound {

	private static final Duration FOREVER = Duration.ofNanos(Long.MAX_VALUE);

	private final int calls;

	private final Duration time;

	private int made;

	private long start;

	private CallBound(int calls, Duration time) {
		this.calls = calls;
		this.time = time;
	}

	/**
	 * Returns a bound without limits.
	 * @return the bound
	 */
	public static CallBound none() {
		return new CallBound(Integer.MAX_VALUE, FOREVER);
	}

	/**
	 * Returns a bound.
	 * @param calls the maximum number of calls in both directions
	 * @param time the maximum time after the first call at which another one may start
	 * @return the bound
	 */
	public static CallBound of(int calls, Duration time) {
		return new CallBound(calls, time);
	}

	/** Counts a call. Throws {@link CallBoundException} if the call exceeds the limit. */
	void count() {
		if (this.made == 0) {
			this.start = System.nanoTime();
		}
		if (this.made >= this.calls) {
			throw new CallBoundException("more than " + this.calls + " calls were made between filter and host.");
		}
		if (System.nanoTime() - this.start > this.time.toNanos()) {
			throw new CallBoundException("the calls between filter and host took longer than "
					+ this.time.toString().substring(2).toLowerCase(Locale.ROOT) + ".");
		}
		this.made++;
	}

}
