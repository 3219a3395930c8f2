package io.gatewaywasm.boot.gateway;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.HexFormat;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.boot.fixture.SmallFilters;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for the properties and functions with which Higress filters control
 * their host.
 */
@Tag("slow")
@Timeout(180)
@ExtendWith(OutputCaptureExtension.class)
class ControlPropertiesIntegrationTests {

	/**
	 * Sets the buffer limits in the header x-limit and buffers bodies until their end.
	 * The header x-status has the status of the host call.
	 */
	private static final String LIMITING = """
			(module
				(import "env" "proxy_get_header_map_value" (func $get (param i32 i32 i32 i32 i32) (result i32)))
				(import "env" "proxy_add_header_map_value" (func $add (param i32 i32 i32 i32 i32) (result i32)))
				(import "env" "proxy_set_property" (func $set (param i32 i32 i32 i32) (result i32)))
				(memory (export "memory") 2)
				(data (i32.const 16) "x-limit")
				(data (i32.const 32) "x-status")
				(data (i32.const 64) "set_decoder_buffer_limit")
				(data (i32.const 96) "set_encoder_buffer_limit")
				(func (export "malloc") (param i32) (result i32) (i32.const 65536))
				(func (export "proxy_abi_version_0_2_100"))
				(func (export "proxy_on_context_create") (param i32 i32))
				(func (export "proxy_on_request_headers") (param i32 i32 i32) (result i32)
					(if (i32.eqz (call $get (i32.const 0) (i32.const 16) (i32.const 7) (i32.const 0) (i32.const 4)))
						(then
							(i32.store8 (i32.const 128) (i32.add (i32.const 48) (call $set (i32.const 64) (i32.const 24)
								(i32.load (i32.const 0)) (i32.load (i32.const 4)))))
							(drop (call $set (i32.const 96) (i32.const 24)
								(i32.load (i32.const 0)) (i32.load (i32.const 4))))
							(drop (call $add (i32.const 0) (i32.const 32) (i32.const 8) (i32.const 128) (i32.const 1)))))
					(i32.const 0))
				(func $hold (export "proxy_on_request_body") (param i32 i32 i32) (result i32)
					(i32.eqz (local.get 2)))
				(export "proxy_on_response_body" (func $hold)))
			""";

	private static GatewayFixture gateway;

	@BeforeAll
	static void start() {
		gateway = GatewayFixture.builder()
			.property("gateway.wasm.plugins.limiting.url", SmallFilters.file(LIMITING))
			.property("gateway.wasm.plugins.limiting.limits.body-buffer", "1KB")
			.property("gateway.wasm.plugins.limiting.limits.max-body-buffer", "64KB")
			.property("gateway.wasm.allowed-locations", "file:")
			.plugin("probe", "probe_rust", "vms", "1")
			.plugin("logging", "probe_rust", "vms", "1")
			.property("logging.level.gateway.wasm.plugin.logging", "warn")
			.route("limiting", "Wasm=limiting")
			.route("probe", "Wasm=probe")
			.route("logging", "Wasm=logging")
			.start();
	}

	@AfterAll
	static void stop() {
		gateway.close();
	}

	@Test
	void filterRaisesTheBufferOfItsStream() {
		assertThat(gateway.post("/limiting/x", "a".repeat(20_000)).statusCode()).isEqualTo(413);
		assertThat(gateway.post("/limiting/x", "a".repeat(20_000), "x-limit", "30000").statusCode()).isEqualTo(200);
		assertThat(gateway.upstream().lastRequest().header("x-status")).isEqualTo("0");
		assertThat(gateway.get("/limiting/chunks/20000").statusCode()).isEqualTo(500);
		assertThat(gateway.get("/limiting/chunks/20000", "x-limit", "30000").body()).hasSize(20_000);
	}

	@Test
	void filterLowersTheBufferOfItsStream() {
		assertThat(gateway.post("/limiting/length/9", "a".repeat(900)).statusCode()).isEqualTo(200);
		assertThat(gateway.post("/limiting/x", "a".repeat(900), "x-limit", "100").statusCode()).isEqualTo(413);
	}

	@ParameterizedTest
	@ValueSource(strings = { "104857600", "0", "999999999999999999" })
	void ceilingOfOperatorHolds(String limit) {
		assertThat(gateway.post("/limiting/x", "a".repeat(60_000), "x-limit", limit).statusCode()).isEqualTo(200);
		assertThat(gateway.post("/limiting/x", "a".repeat(70_000), "x-limit", limit).statusCode()).isEqualTo(413);
	}

	@Test
	void ceilingIsLoggedOnce(CapturedOutput output) {
		for (int i = 0; i < 3; i++) {
			gateway.post("/limiting/x", "a", "x-limit", "104857600");
		}
		assertThat(output.getAll().split("a body by the property 'set_decoder_buffer_limit' and gets 65536", -1))
			.hasSizeLessThanOrEqualTo(2);
	}

	@ParameterizedTest
	@ValueSource(strings = { "-1", "1e6", "many", "9999999999999999999", "0x10" })
	void invalidLimitIsRefused(String limit) {
		assertThat(gateway.post("/limiting/x", "a", "x-limit", limit).statusCode()).isEqualTo(200);
		assertThat(gateway.upstream().lastRequest().header("x-status")).isEqualTo("2");
	}

	@Test
	void filterThatWantsAFreshVmGetsOne() {
		long fresh = memory();
		gateway.get("/probe/x", "x-probe", "keep-memory:10000000");
		assertThat(memory()).isGreaterThan(fresh + 9_000_000);
		gateway.get("/probe/x", "x-probe", "set-prop:wasm_need_rebuild=false");
		Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
			gateway.get("/probe/x", "x-probe", "set-prop:wasm_need_rebuild=true");
			assertThat(memory()).isEqualTo(fresh);
		});
		assertThat(gateway.status("probe").counters().failures()).isZero();
	}

	private static long memory() {
		return ByteBuffer.wrap(bytes("plugin_vm_memory")).order(ByteOrder.LITTLE_ENDIAN).getLong();
	}

	private static byte[] bytes(String property) {
		gateway.get("/probe/x", "x-probe", "prop:" + property);
		String value = gateway.upstream().lastRequest().header("x-prop");
		return HexFormat.of().parseHex(value.substring(value.indexOf('=') + 1));
	}

	@Test
	void requestIdIsThatOfTheHeaderUntilTheFilterSetsIt() {
		// The SDK treats an empty value as a missing one.
		gateway.get("/probe/x", "x-request-id", "abc", "x-probe",
				"prop:x_request_id,set-prop:x_request_id=,prop:x_request_id,set-prop:x_request_id=d,prop:x_request_id");
		assertThat(gateway.upstream().lastRequest().headers().get("x-prop")).containsExactly("x_request_id=616263",
				"x_request_id=absent", "x_request_id=64");
		assertThat(bytes("x_request_id")).isNotEmpty();
	}

	@Test
	void logLevelIsThatOfThePluginsLogger() {
		gateway.get("/probe/x", "x-probe", "foreign:get_log_level=");
		assertThat(gateway.upstream().lastRequest().header("x-foreign"))
			.isEqualTo("get_log_level=\\x02\\x00\\x00\\x00");
		assertThat(gateway.get("/logging/x", "x-probe", "foreign:get_log_level=").statusCode()).isEqualTo(200);
		assertThat(gateway.upstream().lastRequest().header("x-foreign"))
			.isEqualTo("get_log_level=\\x03\\x00\\x00\\x00");
	}

	@Test
	void unsupportedLimitOfRequestsIsLoggedOnce(CapturedOutput output) {
		for (int i = 0; i < 3; i++) {
			gateway.get("/probe/x", "x-probe", "foreign:set_global_max_requests_per_io_cycle=0x1400000000000000");
			assertThat(gateway.upstream().lastRequest().header("x-foreign"))
				.isEqualTo("set_global_max_requests_per_io_cycle=");
		}
		gateway.get("/probe/x", "x-probe", "set-prop:set_global_max_requests_per_io_cycle=20");
		assertThat(output.getAll().split("set 'set_global_max_requests_per_io_cycle', which is accepted", -1))
			.hasSize(2);
	}

	@Test
	void propertyOfControlCanBeRead() {
		gateway.get("/probe/x", "x-probe", "set-prop:clear_route_cache=off,prop:clear_route_cache");
		assertThat(gateway.upstream().lastRequest().header("x-prop")).isEqualTo("clear_route_cache=6f6666");
	}

}
