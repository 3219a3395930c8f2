package io.gatewaywasm.host.vm;

import io.gatewaywasm.host.abi.Callback;

/**
 * A callback that returned, but used more CPU time than the plugin's limit for slow
 * callbacks.
 *
 * @param callback the callback
 * @param nanos the CPU time that the guest used
 * @param number the number of this call among those of the same callback and VM, starting
 * at 1
 */
public record SlowCall(Callback callback, long nanos, int number) {

	/**
	 * The number of first calls in each VM during which the JVM may not have compiled a
	 * callback's code.
	 */
	static final int COLD_CALLS = 20;

	/**
	 * Returns whether this is one of the first calls, so that the JVM may not have
	 * compiled the callback's code yet.
	 */
	public boolean isCold() {
		return this.number <= COLD_CALLS;
	}

}
