package io.gatewaywasm.boot.actuate;

import java.net.http.HttpResponse;
import java.time.Duration;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Integration tests for endpoint, health and meters.
 */
class WasmEndpointIntegrationTests {

	private static GatewayFixture gateway;

	@BeforeAll
	static void start() {
		gateway = GatewayFixture.builder()
			.property("management.endpoint.health.show-details", "always")
			.plugin("probe", "probe_rust", "configuration", "probe=add:x-secret=s3cr3t", "root-id", "main", "vm-id",
					"shared")
			.plugin("traps", "traps_c")
			.route("one", "Wasm=probe")
			.route("two", "Wasm=probe")
			.route("traps", "Wasm=traps")
			.start();
		gateway.get("/one/x");
		gateway.get("/one/x", "x-probe", "local:403");
		gateway.get("/one/x", "x-probe", "trap");
		awaitFailure("probe");
		gateway.get("/two/x", "x-probe", "counter:my.counter=3,gauge:my.gauge=5,histogram:my.histogram=7");
	}

	/** Waits for a failure, which is counted after its client has the response. */
	private static void awaitFailure(String plugin) {
		await().atMost(Duration.ofSeconds(60)).until(() -> gateway.status(plugin).counters().failures() == 1);
	}

	@AfterAll
	static void stop() {
		gateway.close();
	}

	@Test
	void listShowsPluginWithStateAndCounters() {
		HttpResponse<String> response = gateway.get("/actuator/wasm");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.body()).startsWith("{\"plugins\":{\"probe\":{\"state\":\"live\"")
			.contains("\"location\":\"classpath:filters/probe_rust.wasm\"")
			.contains("\"rootId\":\"main\"")
			.contains("\"vmId\":\"shared\"")
			.contains("\"routes\":[\"one\",\"two\"]")
			.contains("\"abiVersion\":\"0.2.1\"")
			.contains("\"streams\":4")
			.contains("\"failures\":1")
			.contains("\"lastError\":\"")
			.containsPattern("\"sha256\":\"[0-9a-f]{64}\"")
			.containsPattern("\"compileTime\":\"[0-9]+ms\"")
			.contains("\"lastErrorStack\":[\"");
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void stackHasLinesOfSourcesInEndpointAndLog(CapturedOutput output) {
		gateway.get("/traps/x", "x-trap", "divide");
		awaitFailure("traps");
		assertThat(gateway.get("/actuator/wasm/traps").body())
			.contains("\"lastErrorStack\":[\"divide (./traps.c:48)\"");
		assertThat(output).contains("at divide (./traps.c:48)");
	}

	@Test
	void configurationIsNotShown() {
		assertThat(gateway.get("/actuator/wasm").body()).doesNotContain("s3cr3t");
		assertThat(gateway.get("/actuator/gateway/routes").body()).doesNotContain("s3cr3t");
	}

	@Test
	void onePluginIsShownByItsId() {
		assertThat(gateway.get("/actuator/wasm/probe").body()).startsWith("{\"state\":\"live\"");
		assertThat(gateway.get("/actuator/wasm/unlisted").statusCode()).isEqualTo(404);
	}

	@Test
	void reloadIsNotOfferedUnlessWritingIsAllowed() {
		int generation = gateway.status("probe").generation();
		assertThat(gateway.post("/actuator/wasm/probe", "{}", "content-type", "application/json").statusCode())
			.isEqualTo(405);
		assertThat(gateway.status("probe").generation()).isEqualTo(generation);
	}

	@Test
	@DisabledIf(value = "io.gatewaywasm.boot.fixture.GatewayFixture#isSpringBoot3",
			disabledReason = "Spring Boot 3 has no health contributor")
	void healthIsUp() {
		assertThat(gateway.get("/actuator/health").body()).contains("\"wasm\":{")
			.contains("\"probe\":\"live\"")
			.contains("\"status\":\"UP\"");
	}

	@Test
	@EnabledIf(value = "io.gatewaywasm.boot.fixture.GatewayFixture#isSpringBoot3",
			disabledReason = "only on Spring Boot 3 is there no health contributor")
	void springBoot3HasNoHealthContributor() {
		assertThat(gateway.get("/actuator/health").body()).contains("\"status\":\"UP\"").doesNotContain("\"wasm\"");
	}

	@Test
	void metersAreRegistered() {
		assertThat(
				gateway.get("/actuator/metrics/wasm.filter.duration?tag=plugin:probe&tag=phase:request_headers").body())
			.contains("\"statistic\":\"COUNT\",\"value\":4.0");
		assertThat(gateway.get("/actuator/metrics/wasm.filter.streams?tag=plugin:probe").body()).contains("4.0");
		assertThat(gateway.get("/actuator/metrics/wasm.filter.failures?tag=plugin:probe&tag=reason:trap").body())
			.contains("1.0");
		assertThat(gateway.get("/actuator/metrics/wasm.instances").statusCode()).isEqualTo(200);
		assertThat(gateway.get("/actuator/metrics/wasm.memory.used").body()).contains("\"baseUnit\":\"bytes\"");
	}

	@Test
	void metersOfGuestsAreRegistered() {
		assertThat(gateway.get("/actuator/metrics/wasm.plugin.my.counter").body()).contains("3.0");
		assertThat(gateway.get("/actuator/metrics/wasm.plugin.my.gauge").body()).contains("5.0");
		assertThat(gateway.get("/actuator/metrics/wasm.plugin.my.histogram").body()).contains("7.0");
	}

}
