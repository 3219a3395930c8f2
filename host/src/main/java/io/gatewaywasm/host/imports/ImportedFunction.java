package io.gatewaywasm.host.imports;

import io.gatewaywasm.host.abi.FunctionImport;
import io.gatewaywasm.host.abi.FunctionSignature;

/**
 * A function that guests may import. Functions with the same name differ in their
 * parameters.
 *
 * @param module the module name, for example {@code env}
 * @param name the function name
 * @param signature the expected types; an import may declare no result
 * @param area the section of the specification
 * @param since the first ABI version that has it
 * @param implemented whether it is implemented; otherwise it can be linked and returns
 * {@code UNIMPLEMENTED}
 */
public record ImportedFunction(String module, String name, FunctionSignature signature, String area, AbiVersion since,
		boolean implemented) {

	/**
	 * Returns module and name as {@code module.name}.
	 */
	public String qualifiedName() {
		return this.module + "." + this.name;
	}

	boolean accepts(FunctionImport functionImport) {
		FunctionSignature declared = functionImport.signature();
		return !this.implemented || (this.signature.parameters().equals(declared.parameters())
				&& (declared.results().isEmpty() || declared.results().equals(ImportArea.RESULT)));
	}

}
