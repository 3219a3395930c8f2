package io.gatewaywasm.host.imports;

import java.util.List;

import io.gatewaywasm.host.abi.FunctionImport;
import io.gatewaywasm.host.abi.FunctionSignature;

/**
 * Creates imports as modules declare them.
 */
final class Imports {

	private Imports() {
	}

	static FunctionImport of(String module, String name, String... parameters) {
		return new FunctionImport(module, name, new FunctionSignature(List.of(parameters), List.of("i32")));
	}

	static FunctionImport withoutResult(String module, String name, String... parameters) {
		return new FunctionImport(module, name, new FunctionSignature(List.of(parameters), List.of()));
	}

}
