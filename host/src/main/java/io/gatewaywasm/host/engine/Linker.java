package io.gatewaywasm.host.engine;

import io.gatewaywasm.host.abi.FunctionImport;
import io.gatewaywasm.host.abi.HostFunction;

/**
 * Provides the function for each import of a module.
 */
@FunctionalInterface
public interface Linker {

	/**
	 * Returns the function to call for an import.
	 * @param functionImport the import, with the signature that the module declares
	 * @return the function, never {@code null}: for an unknown import, a function that
	 * reports it
	 */
	HostFunction link(FunctionImport functionImport);

}
