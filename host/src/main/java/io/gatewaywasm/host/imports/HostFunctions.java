package io.gatewaywasm.host.imports;

/**
 * Foreign functions (section "Foreign function interface").
 */
public interface HostFunctions {

	/**
	 * Calls a foreign function.
	 * @param name the name of the function
	 * @param arguments the serialized arguments
	 * @return the serialized result, possibly empty
	 */
	byte[] callForeignFunction(String name, byte[] arguments);

}
