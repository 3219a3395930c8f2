package io.gatewaywasm.test.exchange;

import io.gatewaywasm.host.spi.Decision;

/**
 * Applies the local responses and resets of a filter.
 */
@FunctionalInterface
interface LocalDecisions {

	/**
	 * Applies a decision, and returns {@code true}, if it is one of these.
	 */
	boolean act(Decision decision);

}
