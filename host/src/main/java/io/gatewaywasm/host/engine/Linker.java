package io.gatewaywasm.host.engine;

import io.gatewaywasm.host.abi.FunctionImport;
import io.gatewaywasm.host.abi.HostFunction;

/**
 * Gives the function behind each import of a module.
 */
@FunctionalInterface
public interface Linker {

	/**
	 * Return the function to call for an import.
	 * @param functionImport the import, with the signature that the module declares
	 * @return the function, never {@code null}: an unknown import gets one that says so
	 */
	HostFunction link(FunctionImport functionImport);

}
