package io.gatewaywasm.boot.gateway;

import java.net.http.HttpResponse;
import java.nio.file.Path;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.boot.fixture.SmallFilters;
import io.gatewaywasm.test.FilterUnderTest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for filters that read secrets of the application and log in the way
 * of G-Core's SDK.
 */
@Timeout(180)
@ExtendWith(OutputCaptureExtension.class)
class SecretsIntegrationTests {

	/**
	 * Sends a local response with the secret that the header x-secret names. The
	 * response's status is 200 plus the status of the host call. Also writes x-secret to
	 * standard output.
	 */
	private static final String ASKING = """
			(module
				(import "env" "proxy_get_header_map_value" (func $get (param i32 i32 i32 i32 i32) (result i32)))
				(import "env" "proxy_get_secret" (func $secret (param i32 i32 i32 i32) (result i32)))
				(import "env" "proxy_send_local_response"
					(func $reply (param i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))
				(import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
				(memory (export "memory") 2)
				(data (i32.const 16) "x-secret")
				(global $top (mut i32) (i32.const 65536))
				(func (export "malloc") (param $n i32) (result i32)
					(global.set $top (i32.add (i32.const 65536) (i32.and (i32.add (global.get $top) (i32.const 1024))
						(i32.const 0x7fff))))
					(global.get $top))
				(func (export "proxy_abi_version_0_2_1"))
				(func (export "proxy_on_context_create") (param i32 i32))
				(func (export "proxy_on_request_headers") (param i32 i32 i32) (result i32)
					(local $status i32)
					(drop (call $get (i32.const 0) (i32.const 16) (i32.const 8) (i32.const 0) (i32.const 4)))
					(drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
					(local.set $status (call $secret (i32.load (i32.const 0)) (i32.load (i32.const 4)) (i32.const 0)
						(i32.const 4)))
					(if (local.get $status) (then (i32.store (i32.const 4) (i32.const 0))))
					(drop (call $reply (i32.add (i32.const 200) (local.get $status)) (i32.const 0) (i32.const 0)
						(i32.load (i32.const 0)) (i32.load (i32.const 4)) (i32.const 0) (i32.const 0) (i32.const -1)))
					(i32.const 1)))
			""";

	private static GatewayFixture gateway;

	@BeforeAll
	static void start() {
		String url = SmallFilters.file(ASKING);
		gateway = GatewayFixture.builder()
			.property("gateway.wasm.plugins.asking.url", url)
			.property("gateway.wasm.plugins.asking.allowed-secrets", "JWT_SECRET, empty, missing,broken,jwt.other")
			.property("gateway.wasm.plugins.other.url", url)
			.property("gateway.wasm.allowed-locations", url)
			.property("vault.jwt", "s3cr3t-\u00e4")
			.property("JWT_SECRET", "${vault.jwt}")
			.property("empty", "")
			.property("broken", "${nowhere}")
			.property("hidden", "classified")
			.route("asking", "Wasm=asking")
			.route("other", "Wasm=other")
			.route("inline", "Wasm=" + url)
			.start();
	}

	@AfterAll
	static void stop() {
		gateway.close();
	}

	@Test
	void listedSecretIsThatOfTheEnvironment() {
		HttpResponse<String> response = gateway.get("/asking/x", "x-secret", "JWT_SECRET");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.body()).isEqualTo("s3cr3t-\u00e4");
		assertThat(gateway.get("/asking/x", "x-secret", "empty").statusCode()).isEqualTo(200);
	}

	@ParameterizedTest
	@ValueSource(strings = { "hidden", "vault.jwt", "jwt_secret", "PATH", "java.home", "missing", "broken",
			"JWT_SECRET,hidden", "${hidden}", "*", "" })
	void otherSecretIsNotFound(String name) {
		assertThat(gateway.get("/asking/x", "x-secret", name).statusCode()).isEqualTo(201);
	}

	@Test
	void testKitHasTheSecretsOfATest() {
		Path file = Path.of(SmallFilters.file(ASKING).substring("file:".length()));
		try (FilterUnderTest filter = FilterUnderTest.of(file).secret("JWT_SECRET", "s3cr3t-\u00e4")) {
			assertThat(filter.get("/").header("x-secret", "JWT_SECRET").send()).hasLocalResponse(200)
				.answered()
				.hasBody("s3cr3t-\u00e4");
			assertThat(filter.get("/").header("x-secret", "missing").send()).hasLocalResponse(201);
			assertThat(filter.trace().calls("proxy_get_secret")).extracting(Object::toString)
				.containsExactly("proxy_get_secret(\"JWT_SECRET\") = OK \"s3cr3t-\u00e4\"",
						"proxy_get_secret(\"missing\") = NOT_FOUND");
		}
	}

	@Test
	void pluginWithoutListAndPluginOfRouteHaveNone(CapturedOutput output) {
		for (int i = 0; i < 3; i++) {
			assertThat(gateway.get("/other/x", "x-secret", "JWT_SECRET").statusCode()).isEqualTo(201);
			assertThat(gateway.get("/inline/x", "x-secret", "JWT_SECRET").statusCode()).isEqualTo(201);
		}
		assertThat(output.getAll().split("Wasm plugin 'other' requested the secret 'JWT_SECRET'", -1)).hasSize(2);
		assertThat(output).doesNotContain("s3cr3t");
	}

	@Test
	void lineOfOutputHasTheLevelInFrontOfIt(CapturedOutput output) {
		gateway.get("/asking/x", "x-secret", "[ERROR]: it failed");
		gateway.get("/asking/x", "x-secret", "[warn] it nearly failed");
		gateway.get("/asking/x", "x-secret", "[ERRORS]: nothing");
		assertThat(output).containsPattern("ERROR .* gateway.wasm.plugin.asking +: it failed")
			.containsPattern("WARN .* gateway.wasm.plugin.asking +: it nearly failed")
			.containsPattern("INFO .* gateway.wasm.plugin.asking +: \\[ERRORS]: nothing");
	}

}
