package io.gatewaywasm.boot.shareddata;

import java.time.Duration;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import org.awaitility.Awaitility;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Gateways with two filters whose shared data is in Redis: {@code strict} fails while
 * Redis is unavailable, and {@code lenient} uses the gateway's own store.
 */
final class StoreGateways {

	private StoreGateways() {
	}

	/** Returns the configuration of a gateway with Redis on this port. */
	static GatewayFixture.Builder builder(int port) {
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

	/**
	 * Runs a command of the filter {@code probe_rust} on shared data, and returns its
	 * result.
	 */
	static String shared(GatewayFixture gateway, String plugin, String command) {
		assertThat(gateway.get("/" + plugin + "/x", "x-probe", command).statusCode()).isEqualTo(200);
		return gateway.upstream().lastRequest().header("x-shared");
	}

	static void await(Runnable assertions) {
		Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(assertions::run);
	}

}
