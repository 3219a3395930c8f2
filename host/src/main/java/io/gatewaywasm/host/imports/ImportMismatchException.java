package io.gatewaywasm.host.imports;

import java.util.List;
import java.util.stream.Collectors;

import io.gatewaywasm.host.abi.FunctionImport;
import io.gatewaywasm.host.abi.FunctionSignature;

/**
 * Thrown when a module imports a function of this host with other types, and therefore
 * cannot be loaded.
 */
public final class ImportMismatchException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final transient FunctionImport functionImport;

	private final transient List<FunctionSignature> expected;

	/**
	 * Creates an exception.
	 * @param functionImport the import
	 * @param expected the signatures of the function in this host
	 */
	public ImportMismatchException(FunctionImport functionImport, List<FunctionSignature> expected) {
		super("Import '" + functionImport.qualifiedName() + "' has the wrong type: expected "
				+ expected.stream().map(FunctionSignature::toString).collect(Collectors.joining(" or "))
				+ " but the module imports " + functionImport.signature());
		this.functionImport = functionImport;
		this.expected = List.copyOf(expected);
	}

	/**
	 * Returns the import.
	 */
	public FunctionImport functionImport() {
		return this.functionImport;
	}

	/**
	 * Returns the signatures of the function in this host, at least one.
	 */
	public List<FunctionSignature> expected() {
		return this.expected;
	}

}
