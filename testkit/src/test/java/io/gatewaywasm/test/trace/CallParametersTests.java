package io.gatewaywasm.test.trace;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.gatewaywasm.host.abi.Callback;
import io.gatewaywasm.host.abi.FunctionImport;
import io.gatewaywasm.host.abi.FunctionSignature;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CallParameters}.
 */
class CallParametersTests {

	/** A row of a table: the name, and the number of parameters or their types. */
	private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z_0-9]+)` \\|[^|]*\\| ([0-9]+|i[0-9i ]+) \\|");

	/** A function of {@code docs/abi.md}, and the number of its parameters. */
	record Function(String name, int parameters) {

		static Function of(MatchResult row) {
			String parameters = row.group(2);
			return new Function(row.group(1),
					parameters.startsWith("i") ? parameters.split(" ").length : Integer.parseInt(parameters));
		}

	}

	static List<Function> functions() throws IOException {
		String document = Files.readString(Path.of("../docs/abi.md"));
		String tables = document.substring(document.indexOf("<!-- functions:"),
				document.indexOf("<!-- end of functions -->"));
		return ROW.matcher(tables).results().map(Function::of).toList();
	}

	@Test
	void documentHasFunctions() throws IOException {
		assertThat(functions()).hasSizeGreaterThan(100)
			.contains(new Function("proxy_log", 3), new Function("fd_seek", 4), new Function("proxy_grpc_call", 10));
	}

	@ParameterizedTest
	@MethodSource("functions")
	void everyFunctionOfTheAbiHasParameters(Function function) {
		assertThat(CallParameters.ofHost(function.name(), function.parameters())).isNotNull();
	}

	@ParameterizedTest
	@EnumSource
	void everyCallbackHasParameters(Callback callback) {
		assertThat(CallParameters.ofCallback(callback.export())).hasSize(callback.parameters());
	}

	@Test
	void otherFormOfAFunctionIsDisplayedAsNumbers() {
		assertThat(CallParameters.ofHost("proxy_log", 4)).isNull();
		CallSignature signature = CallSignature.ofHost(new FunctionImport("env", "proxy_log",
				new FunctionSignature(Stream.generate(() -> "i32").limit(4).toList(), List.of("i32"))));
		assertThat(signature.parameters()).isEmpty();
	}

}
