package io.gatewaywasm.host.abi;

/**
 * A function that a module imports.
 *
 * @param module the module name, for example {@code env}
 * @param name the function name
 * @param signature the types that the importing module declares
 */
public record FunctionImport(String module, String name, FunctionSignature signature) {

	/**
	 * Return module and name as {@code module.name}.
	 * @return the qualified name
	 */
	public String qualifiedName() {
		return this.module + "." + this.name;
	}

}
