package io.gatewaywasm.host.abi;

/**
 * A function that a module imports.
 *
 * @param module the module name, for example {@code env}
 * @param name the function name
 * @param signature the signature that the module declares
 */
public record FunctionImport(String module, String name, FunctionSignature signature) {

	/**
	 * Returns module and name as {@code module.name}.
	 */
	public String qualifiedName() {
		return this.module + "." + this.name;
	}

}
