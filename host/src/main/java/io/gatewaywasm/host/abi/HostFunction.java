package io.gatewaywasm.host.abi;

/**
 * A function that a guest can call. It runs on the thread that is inside the VM. If the
 * guest's import declares no result, the engine discards it.
 */
@FunctionalInterface
public interface HostFunction {

	/**
	 * Runs the function.
	 * @param memory the memory of the calling guest
	 * @param arguments the arguments; a 32-bit value is in the low half of its element,
	 * whose high half is undefined; owned by the engine and not kept
	 * @return the result, for most functions the code of a {@link Status}
	 */
	long call(GuestMemory memory, long[] arguments);

}
