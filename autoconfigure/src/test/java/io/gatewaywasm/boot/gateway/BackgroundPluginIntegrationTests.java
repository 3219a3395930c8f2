package io.gatewaywasm.boot.gateway;

import java.time.Duration;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Integration tests for a plugin that serves no route.
 */
@Tag("slow")
class BackgroundPluginIntegrationTests {

	@Test
	void pluginWithoutRouteCallsFromItsTicks() {
		try (GatewayFixture gateway = GatewayFixture.builder()
			.property("gateway.wasm.upstreams.auth.uri", "http://localhost:${upstream.port}")
			.plugin("background", "probe_rust", "configuration", "tick=50 tick-call=auth:/ticked", "vms", "1")
			.start()) {
			await().atMost(Duration.ofSeconds(30)).until(() -> gateway.upstream().requests().size() > 2);
			assertThat(gateway.upstream().lastRequest().uri()).isEqualTo("/ticked");
			assertThat(gateway.status("background").counters().streams()).isZero();
		}
	}

}
