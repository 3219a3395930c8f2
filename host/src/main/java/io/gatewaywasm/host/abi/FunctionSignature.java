package io.gatewaywasm.host.abi;

import java.util.List;

/**
 * The parameter and result types of a function. Each is {@code i32}, {@code i64}, {@code
 * f32}, {@code f64} or the name of another WebAssembly type.
 *
 * @param parameters the types of the parameters in order
 * @param results the types of the results in order
 */
public record FunctionSignature(List<String> parameters, List<String> results) {

	public FunctionSignature {
		parameters = List.copyOf(parameters);
		results = List.copyOf(results);
	}

	@Override
	public String toString() {
		return "(" + String.join(",", this.parameters) + ")->(" + String.join(",", this.results) + ")";
	}

}
