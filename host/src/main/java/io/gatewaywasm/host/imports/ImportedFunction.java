package io.gatewaywasm.host.imports;

import io.gatewaywasm.host.abi.AbiVersion;
import io.gatewaywasm.host.abi.FunctionImport;
import io.gatewaywasm.host.abi.FunctionSignature;

/**
 * A function that guests may import. Two of the same name differ in their parameters.
 *
 * @param module the module name, for example {@code env}
 * @param name the function name
 * @param signature the types that are expected; an import may also declare no result
 * @param area the section of the specification it belongs to
 * @param since the first version of the ABI that has it
 * @param implemented whether it does what it is for; otherwise it can be linked and
 * answers {@code UNIMPLEMENTED}
 */
public record ImportedFunction(String module, String name, FunctionSignature signature, String area, AbiVersion since,
		boolean implemented) {

	/**
	 * Return module and name as {@code module.name}.
	 * @return the qualified name
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
