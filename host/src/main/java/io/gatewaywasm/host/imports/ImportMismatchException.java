package io.gatewaywasm.host.imports;

import java.util.List;
import java.util.stream.Collectors;

import io.gatewaywasm.host.abi.FunctionImport;
import io.gatewaywasm.host.abi.FunctionSignature;

/**
 * A module imports a function of this host with other types than it has, so that it
 * cannot be loaded.
 */
public final class ImportMismatchException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final transient FunctionImport functionImport;

	private final transient List<FunctionSignature> expected;

	/**
	 * Create a new exception.
	 * @param functionImport what the module imports
	 * @param expected the signatures that the function has here
	 */
	public ImportMismatchException(FunctionImport functionImport, List<FunctionSignature> expected) {
		super("Import '" + functionImport.qualifiedName() + "' has the wrong type: want "
				+ expected.stream().map(FunctionSignature::toString).collect(Collectors.joining(" or "))
				+ " but the module imports " + functionImport.signature());
		this.functionImport = functionImport;
		this.expected = List.copyOf(expected);
	}

	/**
	 * Return what the module imports.
	 * @return the import
	 */
	public FunctionImport functionImport() {
		return this.functionImport;
	}

	/**
	 * Return the signatures that the function has here.
	 * @return the signatures, at least one
	 */
	public List<FunctionSignature> expected() {
		return this.expected;
	}

}
