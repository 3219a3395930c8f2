package io.gatewaywasm.host.spi;

/**
 * A pending operation that can be cancelled. Cancelling it twice, or after its end, has
 * no effect.
 */
@FunctionalInterface
public interface Cancellable {

	/**
	 * Cancels the operation. Does not wait.
	 */
	void cancel();

}
