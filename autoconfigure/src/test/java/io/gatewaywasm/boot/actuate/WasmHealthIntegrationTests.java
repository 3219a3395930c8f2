package io.gatewaywasm.boot.actuate;

import java.net.http.HttpResponse;
import java.time.Duration;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.boot.plugin.InlinePlugin;
import io.gatewaywasm.boot.plugin.PluginConfiguration;
import io.gatewaywasm.boot.plugin.PluginHandle;
import io.gatewaywasm.boot.plugin.PluginRegistry;
import io.gatewaywasm.host.plugin.FailStrategy;
import io.gatewaywasm.host.plugin.PluginState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;

import org.springframework.boot.health.contributor.Status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Integration tests for the health of a gateway whose filters fail.
 */
@DisabledIf(value = "io.gatewaywasm.boot.fixture.GatewayFixture#isSpringBoot3",
		disabledReason = "Spring Boot 3 has no health contributor")
@Tag("slow")
class WasmHealthIntegrationTests {

	private final GatewayFixture gateway = GatewayFixture.builder()
		.property("management.endpoint.health.show-details", "always")
		// The circuit opens if this limit is exceeded three times in a minute, which a
		// slow machine must manage as well.
		.plugin("closed", "probe_rust", "vms", "1", "limits.callback-timeout", "500ms")
		.plugin("open", "probe_rust", "vms", "1", "limits.callback-timeout", "500ms", "fail-strategy", "open")
		.route("closed", "Wasm=closed")
		.route("open", "Wasm=open")
		.start();

	@AfterEach
	void stop() {
		this.gateway.close();
	}

	@Test
	void onlyAFilterThatRefusesRequestsTakesTheGatewayDown() {
		// One VM lost, the next is on its way: requests wait for it.
		assertThat(this.gateway.get("/closed/x", "x-probe", "trap").statusCode()).isEqualTo(503);
		assertThat(health(200)).contains("\"closed\":\"live\"");
		loop("open", 200);
		assertThat(health(200)).contains("\"open\":\"circuit-open\"").contains("\"closed\":\"live\"");
		loop("closed", 503);
		assertThat(health(503)).contains("\"closed\":\"circuit-open\"");
	}

	@Test
	void pluginThatARouteDescribesItselfCountsOnlyIfHealthIsStrict() {
		PluginRegistry registry = this.gateway.context().getBean(PluginRegistry.class);
		PluginHandle missing = registry.inline(
				new InlinePlugin("classpath:missing.wasm", null, "", PluginConfiguration.NONE, FailStrategy.CLOSED),
				null);
		await().atMost(Duration.ofSeconds(30)).until(() -> missing.state() == PluginState.FAILED);
		assertThat(health(200)).contains("\"" + missing.id() + "\":\"failed\"");
		assertThat(new WasmHealthIndicator(registry, true, null).health().getStatus()).isEqualTo(Status.DOWN);
	}

	private void loop(String route, int answer) {
		while (!this.gateway.status(route).instances().circuitOpen()) {
			assertThat(this.gateway.get("/" + route + "/x", "x-probe", "loop").statusCode()).isEqualTo(answer);
		}
	}

	private String health(int status) {
		HttpResponse<String> response = this.gateway.get("/actuator/health");
		assertThat(response.statusCode()).isEqualTo(status);
		return response.body();
	}

}
