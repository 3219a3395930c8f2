package io.gatewaywasm.host.abi;

/**
 * A function that a guest can call. Runs on the thread that is inside the VM. The engine
 * drops the result if the guest's import declares none.
 */
@FunctionalInterface
public interface HostFunction {

	/**
	 * Serve one call.
	 * @param memory the memory of the calling guest
	 * @param arguments the arguments, 32 bit values in the low half of each element and
	 * the high half undefined; owned by the engine and not kept
	 * @return the result, for most functions the code of a {@link Status}
	 */
	long call(GuestMemory memory, long[] arguments);

}
