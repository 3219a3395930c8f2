package io.gatewaywasm.host.plugin;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

import com.dylibso.chicory.wabt.Wat2Wasm;
import io.gatewaywasm.host.engine.EngineOptions;
import io.gatewaywasm.host.engine.WasmEngine;
import io.gatewaywasm.host.fixture.TestServices;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for plugins that start although requests may bypass or pass through them
 * unchecked.
 */
class StartWarningsTests {

	private static final String REDIS = """
			(import "env" "proxy_redis_call" (func (param i32 i32 i32 i32 i32) (result i32)))
			""";

	private static final String REQUEST_HEADERS = """
			(func (export "proxy_on_request_headers") (param i32 i32 i32) (result i32) (i32.const 0))
			""";

	private static final String CONFIGURE = """
			(func (export "proxy_on_configure") (param i32 i32) (result i32) (i32.const 1))
			""";

	private static final String LOCAL_RESPONSE = """
			(import "env" "proxy_send_local_response"
				(func (param i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))
			""";

	private final TestServices services = new TestServices();

	@AfterEach
	void close() {
		this.services.close();
	}

	@Test
	void filterThatSeesAllHasNone() throws Exception {
		assertThat(warnings(spec(), LOCAL_RESPONSE, REQUEST_HEADERS + CONFIGURE)).isEmpty();
		assertThat(warnings(spec().vm((vm) -> vm.withCapabilities(Set.of("proxy_on_request_headers"))), "",
				REQUEST_HEADERS))
			.isEmpty();
	}

	@Test
	void functionThatDoesNothingIsNamedWithWhatMayFailOpen() throws Exception {
		assertThat(warnings(spec(), REDIS, REQUEST_HEADERS)).singleElement()
			.asString()
			.contains("does not implement: env.proxy_redis_call.")
			.contains("kept in Redis are not enforced")
			.contains("'unimplemented: refuse'");
	}

	@Test
	void unknownFunctionIsNamed() throws Exception {
		assertThat(warnings(spec(), """
				(import "env" "proxy_check\\0awarn" (func (param i32)))
				(import "wasi_snapshot_preview1" "sock_shutdown" (func (param i32 i32) (result i32)))
				(import "other" "thing" (func))
				""", REQUEST_HEADERS)).singleElement()
			.asString()
			.contains("proxy_check\\nwarn")
			.contains("other.thing");
	}

	@Test
	void thousandUnknownFunctionsAreAShortLine() throws Exception {
		StringBuilder imports = new StringBuilder();
		for (int i = 0; i < 1000; i++) {
			imports.append("(import \"env\" \"f%d%s\" (func))\n".formatted(i, "x".repeat(1000)));
		}
		assertThat(warnings(spec(), imports.toString(), REQUEST_HEADERS)).singleElement()
			.asString()
			.contains("and 980 more")
			.hasSizeLessThan(8000);
	}

	@Test
	void functionThatDoesNothingIsRefusedIfThePolicySaysSo() {
		assertThatExceptionOfType(PluginStartException.class)
			.isThrownBy(() -> warnings(spec().run((run) -> run.withUnimplemented(UnimplementedImports.REFUSE)), REDIS,
					REQUEST_HEADERS))
			.withMessageContaining("env.proxy_redis_call")
			.satisfies((ex) -> assertThat(ex.remedy()).contains("'unimplemented: warn'"));
	}

	@Test
	void policyThatRefusesDoesNotMindFunctionsThatThereAre() throws Exception {
		assertThat(warnings(spec().run((run) -> run.withUnimplemented(UnimplementedImports.REFUSE)), LOCAL_RESPONSE,
				REQUEST_HEADERS + CONFIGURE))
			.isEmpty();
	}

	@Test
	void filterWithoutCallbacksForRequestsLetsAllPass() throws Exception {
		assertThat(warnings(spec(), "", CONFIGURE)).singleElement()
			.asString()
			.contains("exports no callback for requests or responses");
	}

	@Test
	void capabilitiesWithoutAnyCallbackForRequestsLetAllPass() throws Exception {
		assertThat(warnings(spec().vm((vm) -> vm.withCapabilities(Set.of("proxy_on_response_headers", "proxy_log"))),
				"", REQUEST_HEADERS))
			.singleElement()
			.asString()
			.contains("allows none of the callbacks")
			.contains("(proxy_on_request_headers)");
	}

	@ParameterizedTest
	@ValueSource(strings = { "proxy_on_log", "proxy_on_done", "proxy_log", "proxy_get_header_map_value",
			"proxy_send_local_response", "malloc", "proxy_abi_version_0_2_1", "fd_write", "proxy_on_new_connection",
			"proxy_on_vm_start", "proxy_on_configure" })
	void anyOtherCapabilityLetsAllPass(String name) throws Exception {
		assertThat(warnings(spec().vm((vm) -> vm.withCapabilities(Set.of(name))), "", REQUEST_HEADERS)).singleElement()
			.asString()
			.contains("allows none of the callbacks")
			.contains("(proxy_on_request_headers)");
	}

	@ParameterizedTest
	@ValueSource(strings = { "proxy_log\t", "proxy_log\n", "proxy_log\u0000", "proxy_log\u200e", "\u2028proxy_log" })
	void capabilityWithAnInvisibleCharacterIsRefusedAndShown(String name) {
		assertThatExceptionOfType(PluginStartException.class)
			.isThrownBy(() -> warnings(spec().vm((vm) -> vm.withCapabilities(Set.of("proxy_on_request_headers", name))),
					"", REQUEST_HEADERS))
			.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("\n", "\u0000", "\u200e", "\u2028"));
	}

	@Test
	void capabilitiesWithoutTheHeadersOfRequestsAreNamed() throws Exception {
		assertThat(warnings(spec().vm((vm) -> vm.withCapabilities(Set.of("proxy_on_response_headers"))), "",
				REQUEST_HEADERS + """
						(func (export "proxy_on_response_headers") (param i32 i32 i32) (result i32) (i32.const 0))
						"""))
			.singleElement()
			.asString()
			.contains("does not contain proxy_on_request_headers");
	}

	@Test
	void callbacksThatCapabilitiesLeaveOutAreNamedInOneLine() throws Exception {
		String all = REQUEST_HEADERS + """
				(func (export "proxy_on_request_body") (param i32 i32 i32) (result i32) (i32.const 0))
				(func (export "proxy_on_request_trailers") (param i32 i32) (result i32) (i32.const 0))
				(func (export "proxy_on_response_headers") (param i32 i32 i32) (result i32) (i32.const 0))
				(func (export "proxy_on_response_body") (param i32 i32 i32) (result i32) (i32.const 0))
				(func (export "proxy_on_response_trailers") (param i32 i32) (result i32) (i32.const 0))
				(func (export "proxy_on_http_call_response") (param i32 i32 i32 i32 i32))
				""";
		assertThat(warnings(spec().vm((vm) -> vm.withCapabilities(Set.of("proxy_on_request_headers"))), "", all))
			.singleElement()
			.asString()
			.contains("does not contain proxy_on_request_body, proxy_on_request_trailers, proxy_on_response_headers,"
					+ " proxy_on_response_body, proxy_on_response_trailers, proxy_on_http_call_response, which the module exports")
			.contains("The filter does not see the bodies of requests, the trailers of requests,"
					+ " the headers of responses");
		assertThat(warnings(
				spec().vm((vm) -> vm.withCapabilities(Set.of("proxy_on_request_headers", "proxy_on_response_headers",
						"proxy_on_response_body", "proxy_on_response_trailers", "proxy_on_http_call_response"))),
				"", all))
			.singleElement()
			.asString()
			.contains("does not contain proxy_on_request_body, proxy_on_request_trailers, which")
			.contains("does not see the bodies of requests, the trailers of requests.");
		assertThat(warnings(spec().vm((vm) -> vm.withCapabilities(Set.of("proxy_on_request_headers",
				"proxy_on_request_body", "proxy_on_request_trailers", "proxy_on_response_headers",
				"proxy_on_response_body", "proxy_on_response_trailers", "proxy_on_http_call_response"))), "", all))
			.isEmpty();
	}

	@Test
	void capabilitiesWithoutTheConfigurationAreNamedIfThereIsOne() throws Exception {
		Set<String> capabilities = Set.of("proxy_on_request_headers");
		assertThat(warnings(spec().vm((vm) -> vm.withCapabilities(capabilities)), "", REQUEST_HEADERS + CONFIGURE))
			.isEmpty();
		assertThat(warnings(spec().vm((vm) -> vm.withCapabilities(capabilities))
			.configuration("keys".getBytes(StandardCharsets.UTF_8)), "", REQUEST_HEADERS + CONFIGURE)).singleElement()
			.asString()
			.contains("does not contain proxy_on_configure");
	}

	@Test
	void capabilitiesWithoutLocalResponsesAreNamed() throws Exception {
		assertThat(warnings(spec().vm((vm) -> vm.withCapabilities(Set.of("proxy_on_request_headers"))), LOCAL_RESPONSE,
				REQUEST_HEADERS))
			.singleElement()
			.asString()
			.contains("does not contain proxy_send_local_response");
	}

	@Test
	void invalidCapabilityIsRefused() {
		for (String name : List.of("proxy_on_request_header", "PROXY_LOG", "proxy_log ", "env.proxy_log", "*",
				"proxy_on_*", "", "Proxy_on_request_headers", " proxy_log", "proxy_log;", "proxy_log()",
				"proxy_log,proxy_done", "proxy_log proxy_done", "proxy-on-request-headers", "prоxy_log",
				"proxy_on_http_request_headers", "proxy_abi_version_0_2_101", "proxy_abi_version_0_3_0",
				"wasi_snapshot_preview1.fd_write", "memory", "__wasm_call_ctors", "proxy_logproxy_log")) {
			assertThatExceptionOfType(PluginStartException.class).as(name)
				.isThrownBy(
						() -> warnings(spec().vm((vm) -> vm.withCapabilities(Set.of("proxy_on_request_headers", name))),
								"", REQUEST_HEADERS))
				.withMessageContaining("not host functions or callbacks: " + name);
		}
	}

	@Test
	void capabilitiesOfEnvoyAreKnown() throws Exception {
		assertThat(warnings(
				spec().vm((vm) -> vm.withCapabilities(
						Set.of("proxy_on_request_headers", "proxy_on_new_connection", "proxy_validate_configuration",
								"proxy_on_memory_allocate", "proxy_redis_call", "fd_write", "proxy_get_log_level",
								"proxy_continue_request", "proxy_get_configuration", "proxy_close_stream",
								"proxy_grpc_send", "proxy_set_effective_context", "proxy_call_foreign_function"))),
				"", REQUEST_HEADERS))
			.isEmpty();
	}

	private static PluginSpec.Builder spec() {
		return PluginSpec.builder("guard");
	}

	private List<String> warnings(PluginSpec.Builder spec, String imports, String functions) throws Exception {
		String guest = """
				(module
					%s
					(memory (export "memory") 1)
					(func (export "malloc") (param i32) (result i32) (i32.const 1024))
					(func (export "proxy_abi_version_0_2_1"))
					%s)
				""".formatted(imports, functions);
		WasmHost host = new WasmHost(this.services);
		try (Plugin plugin = host.start(spec.build(),
				WasmEngine.create(EngineOptions.defaults()).compile(Wat2Wasm.parse(guest)))) {
			return plugin.status().warnings();
		}
	}

}
