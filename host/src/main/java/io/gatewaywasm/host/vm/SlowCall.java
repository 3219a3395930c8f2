package io.gatewaywasm.host.vm;

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

	/** A callback is cold this often in each VM, until the JVM has compiled its code. */
	static final int COLD_CALLS = 20;

	/**
	 * Returns whether the JVM may not have compiled the callback's code yet.
	 * @return whether this is one of the first calls
	 */
	public boolean isCold() {
		return this.number <= COLD_CALLS;
	}

}
