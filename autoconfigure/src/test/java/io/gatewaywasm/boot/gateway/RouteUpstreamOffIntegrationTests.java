package io.gatewaywasm.boot.gateway;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for filters that are not allowed to call the upstream of their route.
 */
@Timeout(180)
@ExtendWith(OutputCaptureExtension.class)
class RouteUpstreamOffIntegrationTests {

	@Test
	void routeUpstreamIsRefusedUnlessItIsDeclared(CapturedOutput output) {
		try (GatewayFixture gateway = GatewayFixture.builder()
			.property("gateway.wasm.allow-route-upstream", "false")
			.property("gateway.wasm.upstreams.orders.uri", "http://localhost:${upstream.port}")
			.property("spring.cloud.discovery.client.simple.instances.orders[0].uri",
					"http://localhost:${upstream.port}")
			.plugin("probe", "probe_rust")
			.route("own", "Wasm=probe")
			.routeTo("balanced", "lb://orders", "Wasm=probe")
			.start()) {
			gateway.get("/own/x", "x-probe", "pause-call:localhost:" + gateway.upstream().port() + ":/x");
			assertThat(gateway.upstream().lastRequest().header("x-call-error")).isEqualTo("BadArgument");
			assertThat(output).contains("'gateway.wasm.allow-route-upstream' is false");
			gateway.get("/own/x", "x-probe",
					"grpc-call:localhost:" + gateway.upstream().port() + ":test.Service/Echo:hello");
			assertThat(gateway.upstream().lastRequest().header("x-grpc-error")).isEqualTo("ParseFailure");
			gateway.get("/balanced/x", "x-probe", "pause-call:orders:/text/declared");
			assertThat(gateway.upstream().lastRequest().header("x-call-body")).isEqualTo("declared");
		}
	}

}
