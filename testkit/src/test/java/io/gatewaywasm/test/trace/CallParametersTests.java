package io.gatewaywasm.test.trace;

import java.util.List;
import java.util.stream.Stream;

import io.gatewaywasm.host.abi.Callback;
import io.gatewaywasm.host.abi.FunctionImport;
import io.gatewaywasm.host.abi.FunctionSignature;
import io.gatewaywasm.host.imports.ImportTable;
import io.gatewaywasm.host.imports.ImportedFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CallParameters}.
 */
class CallParametersTests {

	static List<ImportedFunction> functions() {
		return ImportTable.functions();
	}

	@ParameterizedTest
	@MethodSource("functions")
	void everyFunctionOfTheHostHasParameters(ImportedFunction function) {
		assertThat(CallParameters.ofHost(function.name(), function.signature().parameters().size())).isNotNull();
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
