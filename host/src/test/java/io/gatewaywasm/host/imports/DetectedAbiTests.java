package io.gatewaywasm.host.imports;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.gatewaywasm.host.abi.FunctionImport;
import io.gatewaywasm.host.abi.FunctionSignature;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class DetectedAbiTests {

	private final Map<String, FunctionSignature> exports = new LinkedHashMap<>();

	private final List<FunctionImport> imports = new ArrayList<>();

	private void export(String name, int parameters) {
		this.exports.put(name, new FunctionSignature(java.util.Collections.nCopies(parameters, "i32"), List.of("i32")));
	}

	private void imports(String name) {
		this.imports.add(new FunctionImport("env", name, new FunctionSignature(List.of(), List.of("i32"))));
	}

	private DetectedAbi detect() {
		return DetectedAbi.detect(this.exports, this.imports);
	}

	@ParameterizedTest
	@EnumSource
	void exportedMarkerDeterminesTheVersion(AbiVersion version) {
		export("memory_allocate", 1);
		export("proxy_on_request_headers", 2);
		export(version.marker(), 0);
		imports("proxy_get_configuration");
		assertThat(detect()).isEqualTo(new DetectedAbi(version, true));
	}

	@Test
	void theFirstOfSeveralMarkersWins() {
		export("proxy_abi_version_0_2_0", 0);
		export("proxy_abi_version_0_2_1", 0);
		export("proxy_abi_version_0_1_0", 0);
		assertThat(detect()).isEqualTo(new DetectedAbi(AbiVersion.V0_2_0, true));
	}

	@ParameterizedTest
	@ValueSource(strings = { "proxy_get_configuration", "proxy_continue_request", "proxy_continue_response" })
	void withoutAMarkerTheImportsOf010Decide(String name) {
		export("proxy_on_request_headers", 3);
		imports(name);
		assertThat(detect()).isEqualTo(new DetectedAbi(AbiVersion.V0_1_0, false));
	}

	@ParameterizedTest
	@ValueSource(strings = { "proxy_continue_stream", "proxy_close_stream", "proxy_get_log_level" })
	void withoutAMarkerTheImportsOf02Decide(String name) {
		export("proxy_on_request_headers", 2);
		imports(name);
		assertThat(detect()).isEqualTo(new DetectedAbi(AbiVersion.V0_2_0, false));
	}

	@ParameterizedTest
	@ValueSource(strings = { "proxy_on_request_headers", "proxy_on_response_headers" })
	void withoutAMarkerAShortHeaderCallbackIs010(String name) {
		export(name, 2);
		assertThat(detect()).isEqualTo(new DetectedAbi(AbiVersion.V0_1_0, false));
	}

	@Test
	void withoutAMarkerALongHeaderCallbackIs020() {
		export("proxy_on_request_headers", 3);
		imports("proxy_clear_route_cache");
		assertThat(detect()).isEqualTo(new DetectedAbi(AbiVersion.V0_2_0, false));
	}

	@Test
	void moduleWithoutCallbacksIsNotProxyWasm() {
		export("_start", 0);
		export("handle_request", 0);
		imports("proxy_log");
		assertThat(detect()).isNull();
	}

}
