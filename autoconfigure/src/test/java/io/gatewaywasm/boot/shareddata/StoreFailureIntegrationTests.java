package io.gatewaywasm.boot.shareddata;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.boot.fixture.RedisProcess;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Integration tests for shared data in a Redis that is lost, and for gateways that cannot
 * use one.
 */
@Tag("slow")
@Timeout(600)
class StoreFailureIntegrationTests {

	private static GatewayFixture.Builder gateway(int port) {
		return GatewayFixture.builder()
			.property("gateway.wasm.redis.state.uri", "redis://127.0.0.1:" + port)
			.property("gateway.wasm.shared-data.server", "state")
			.property("gateway.wasm.shared-data.store", "redis")
			.property("gateway.wasm.shared-data.timeout", "5s")
			.property("gateway.wasm.shared-data.vm-ids.lenient.on-failure", "local")
			.property("management.endpoint.health.show-details", "always")
			.plugin("strict", "probe_rust", "vm-id", "strict", "vms", "1")
			.plugin("lenient", "probe_rust", "vm-id", "lenient", "vms", "1")
			.route("strict", "Wasm=strict")
			.route("lenient", "Wasm=lenient");
	}

	@Test
	void outageIsSurvivedAsConfigured() {
		RedisProcess redis = RedisProcess.start();
		try (GatewayFixture gateway = gateway(redis.port()).start()) {
			probe(gateway, "lenient", "shared-set:k=redis");
			assertThat(probe(gateway, "lenient", "shared-get:k")).isEqualTo("k=redis");
			redis.close();
			assertThat(gateway.get("/strict/x", "x-probe", "shared-get:k").statusCode()).isEqualTo(503);
			assertThat(probe(gateway, "lenient", "shared-get:k")).isEqualTo("k=absent");
			probe(gateway, "lenient", "shared-set:k=own");
			assertThat(probe(gateway, "lenient", "shared-get:k")).isEqualTo("k=own");
			await(() -> gateway.status("strict").failures() > 0);
			assertThat(gateway.status("lenient").failures()).isZero();
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
				await(() -> gateway.get("/strict/x", "x-probe", "shared-set:k=" + again.port()).statusCode() == 200);
				assertThat(probe(gateway, "lenient", "shared-get:k")).isEqualTo("k=absent");
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
		try (GatewayFixture gateway = gateway(RedisProcess.freePort()).start()) {
			assertThat(probe(gateway, "lenient", "shared-get:k")).isEqualTo("k=absent");
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
		assertRefused("shared-data.timeout", "0s", "The duration must be between 1 ms and 10 s");
		assertRefused("shared-data.timeout", "-1s", "The duration must be between 1 ms and 10 s");
		assertRefused("shared-data.timeout", "1h", "The duration must be between 1 ms and 10 s");
		assertRefused("shared-queues.redelivery", "0s", "The duration must be at least 1 s");
		assertRefused("shared-data.vm-ids.lenient.stor", "local", "The property is unknown");
	}

	private static void assertRefused(String property, String value, String message) {
		assertThatThrownBy(
				() -> gateway(RedisProcess.freePort()).property("gateway.wasm." + property, value).start().close())
			.hasStackTraceContaining(message);
	}

	private static String probe(GatewayFixture gateway, String plugin, String command) {
		assertThat(gateway.get("/" + plugin + "/x", "x-probe", command).statusCode()).isEqualTo(200);
		return gateway.upstream().lastRequest().header("x-shared");
	}

	private static void await(BooleanSupplier condition) {
		long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
		while (!condition.getAsBoolean()) {
			assertThat(System.nanoTime()).as("time").isLessThan(end);
			try {
				TimeUnit.MILLISECONDS.sleep(20);
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}
	}

}
