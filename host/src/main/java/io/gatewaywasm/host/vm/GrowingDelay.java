package io.gatewaywasm.host.vm;

import java.time.Duration;

/**
 * A delay that doubles with each consecutive failure.
 *
 * @param first the delay after the first failure
 * @param longest the delay that is never exceeded
 */
public record GrowingDelay(Duration first, Duration longest) {

	/**
	 * Returns the delay after a number of consecutive failures, which is zero for none.
	 */
	public Duration after(int failures) {
		if (failures <= 0) {
			return Duration.ZERO;
		}
		Duration delay = this.first;
		for (int i = 1; i < failures && delay.compareTo(this.longest) < 0; i++) {
			delay = delay.multipliedBy(2);
		}
		return (delay.compareTo(this.longest) < 0) ? delay : this.longest;
	}

}
