package io.gatewaywasm.boot.shareddata;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.boot.fixture.RedisProcess;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static io.gatewaywasm.boot.shareddata.StoreGateways.await;
import static io.gatewaywasm.boot.shareddata.StoreGateways.shared;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Integration tests for shared data in a Redis that is lost, and for gateways that cannot
 * use one.
 */
@Tag("slow")
@Timeout(600)
class StoreFailureIntegrationTests {

	@Test
	void outageIsSurvivedAsConfigured() {
		RedisProcess redis = RedisProcess.start();
		try (GatewayFixture gateway = StoreGateways.builder(redis.port()).start()) {
			shared(gateway, "lenient", "shared-set:k=redis");
			assertThat(shared(gateway, "lenient", "shared-get:k")).isEqualTo("k=redis");
			redis.close();
			assertThat(gateway.get("/strict/x", "x-probe", "shared-get:k").statusCode()).isEqualTo(503);
			assertThat(shared(gateway, "lenient", "shared-get:k")).isEqualTo("k=absent");
			shared(gateway, "lenient", "shared-set:k=own");
			assertThat(shared(gateway, "lenient", "shared-get:k")).isEqualTo("k=own");
			await(() -> assertThat(gateway.status("strict").counters().failures()).isPositive());
			assertThat(gateway.status("lenient").counters().failures()).isZero();
			gateway.assertHealth(200);
			if (!GatewayFixture.isSpringBoot3()) {
				assertThat(gateway.get("/actuator/health").body()).contains("\"sharedData\"", "\"state\":\"down\"",
						"\"reason\"", "\"since\"");
			}
			MeterRegistry meters = gateway.context().getBean(MeterRegistry.class);
			assertThat(meters.get("wasm.shared.data.available").gauge().value()).isZero();
			assertThat(calls(meters, "get", "failure")).isPositive();
			assertThat(calls(meters, "get", "local")).isEqualTo(2);
			assertThat(calls(meters, "set", "ok")).isEqualTo(1);
			try (RedisProcess again = RedisProcess.startAt(redis.port())) {
				await(() -> assertThat(shared(gateway, "strict", "shared-set:k=" + again.port())).isEqualTo("k=ok"));
				assertThat(shared(gateway, "lenient", "shared-get:k")).isEqualTo("k=absent");
				assertThat(meters.get("wasm.shared.data.available").gauge().value()).isOne();
			}
		}
		finally {
			redis.close();
		}
	}

	private static long calls(MeterRegistry meters, String operation, String outcome) {
		return meters.get("wasm.shared.data").tag("operation", operation).tag("outcome", outcome).timer().count();
	}

	@Test
	void gatewayStartsWithoutRedis() {
		try (GatewayFixture gateway = StoreGateways.builder(RedisProcess.freePort()).start()) {
			assertThat(shared(gateway, "lenient", "shared-get:k")).isEqualTo("k=absent");
			assertThat(gateway.get("/strict/x", "x-probe", "shared-get:k").statusCode()).isEqualTo(503);
		}
	}

	@Test
	void executionOnEventLoopsIsRefused() {
		assertRefused("plugins.strict.execution", "event-loop",
				"'execution: event-loop' is not possible, because the module uses shared data");
	}

	@Test
	void wrongPropertiesAreRefused() {
		assertRefused("shared-data.server", "none", "No Redis server with that name is declared");
		assertRefused("shared-data.server", "", "neither this property nor 'spring.data.redis' sets one");
		assertRefused("shared-data.timeout", "0s", "The duration must be greater than 0");
		assertRefused("shared-data.timeout", "-1s", "The duration must be greater than 0");
		assertRefused("shared-data.timeout", "1h", "The duration must be between 1 ms and 10 s");
		assertRefused("shared-queues.redelivery", "0s", "The duration must be greater than 0");
		assertRefused("shared-queues.redelivery", "1ms", "The duration must be at least 1 s");
		assertRefused("shared-data.vm-ids.lenient.stor", "local", "The property is unknown");
	}

	private static void assertRefused(String property, String value, String message) {
		assertThatThrownBy(() -> StoreGateways.builder(RedisProcess.freePort())
			.property("gateway.wasm." + property, value)
			.start()
			.close()).hasStackTraceContaining(message);
	}

}
