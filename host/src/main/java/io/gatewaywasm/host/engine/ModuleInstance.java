package io.gatewaywasm.host.engine;

import io.gatewaywasm.host.abi.GuestMemory;
import org.jspecify.annotations.Nullable;

/**
 * One instance of a module. Not thread-safe: entered by one thread at a time, with a
 * happens-before edge between them. After a {@link GuestTrapException} it must not be
 * called again.
 */
public interface ModuleInstance {

	/**
	 * Return the instance's memory. The same object for the instance's whole life.
	 * @return the memory
	 */
	GuestMemory memory();

	/**
	 * Return an exported function.
	 * @param name the export name
	 * @return a handle, to be kept by the caller, or {@code null} if there is none
	 */
	@Nullable GuestFunction function(String name);

}
