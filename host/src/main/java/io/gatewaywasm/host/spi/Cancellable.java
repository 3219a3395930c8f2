package io.gatewaywasm.host.spi;

/**
 * Something under way that can be called off. Cancelling twice, or after the end, does
 * nothing.
 */
@FunctionalInterface
public interface Cancellable {

	/**
	 * Call it off. Does not wait.
	 */
	void cancel();

}
