package io.gatewaywasm.boot.gateway;

import java.time.Duration;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Integration tests for observation handlers of the application that fail.
 */
@Timeout(180)
class FailingObservationIntegrationTests {

	private static GatewayFixture gateway;

	@BeforeAll
	static void start() {
		gateway = GatewayFixture.builder()
			.source(Handlers.class)
			.property("gateway.wasm.observations.enabled", "true")
			.plugin("first", "headers_go")
			.plugin("second", "headers_as")
			.route("two", "Wasm=first", "Wasm=second")
			.start();
	}

	@AfterAll
	static void stop() {
		gateway.close();
	}

	@Test
	void allStreamsOfTheExchangeEnd() {
		assertThat(gateway.get("/two/x").statusCode()).isEqualTo(200);
		for (String plugin : new String[] { "first", "second" }) {
			await().atMost(Duration.ofSeconds(30)).until(() -> gateway.status(plugin).counters().activeStreams() == 0);
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class Handlers {

		@Bean
		ObservationHandler<Observation.Context> failing() {
			return new ObservationHandler<>() {

				@Override
				public boolean supportsContext(Observation.Context context) {
					return true;
				}

				@Override
				public void onStop(Observation.Context context) {
					if ("wasm.filter".equals(context.getName())) {
						throw new IllegalStateException("on purpose");
					}
				}

			};
		}

	}

}
