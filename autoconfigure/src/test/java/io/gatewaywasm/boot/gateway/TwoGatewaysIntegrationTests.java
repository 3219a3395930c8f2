package io.gatewaywasm.boot.gateway;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.ReactorResourceFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for two applications in one JVM.
 */
@Tag("slow")
@Timeout(180)
class TwoGatewaysIntegrationTests {

	@Test
	void oneServesAndCallsOnWhenTheOtherHasClosed() {
		try (GatewayFixture first = gateway()) {
			try (GatewayFixture second = gateway()) {
				assertServes(second);
			}
			assertServes(first);
		}
	}

	private static void assertServes(GatewayFixture gateway) {
		assertThat(gateway.get("/probe/x", "x-probe", "pause-call:auth:/text/answer").statusCode()).isEqualTo(200);
		assertThat(gateway.upstream().lastRequest().header("x-call-body")).isEqualTo("answer");
	}

	private static GatewayFixture gateway() {
		return GatewayFixture.builder()
			.source(OwnEventLoops.class)
			.property("gateway.wasm.upstreams.auth.uri", "http://localhost:${upstream.port}")
			.plugin("probe", "probe_rust", "vms", "1")
			.route("probe", "Wasm=probe")
			.start();
	}

	/**
	 * Resources that Spring shares between applications and disposes of when one closes.
	 */
	@Configuration(proxyBeanMethods = false)
	static class OwnEventLoops {

		@Bean
		ReactorResourceFactory reactorResourceFactory() {
			ReactorResourceFactory resources = new ReactorResourceFactory();
			resources.setUseGlobalResources(false);
			return resources;
		}

	}

}
