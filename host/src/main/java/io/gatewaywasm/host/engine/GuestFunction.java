package io.gatewaywasm.host.engine;

/**
 * A handle to an exported function of one instance.
 */
@FunctionalInterface
public interface GuestFunction {

	/**
	 * Calls the function.
	 * @param arguments the arguments, read before the guest runs and not kept
	 * @return the first result, or 0 if the function has none
	 * @throws GuestTrapException if the guest traps, exhausts the stack, or is
	 * interrupted
	 */
	long call(long... arguments);

}
