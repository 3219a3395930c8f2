package io.gatewaywasm.boot.gateway;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.boot.fixture.RedisGateway;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * A gateway with the plugin and route {@code sdk}, whose filter is written with Higress's
 * SDK for Go, and a Redis. The module is built by {@code filters/higress-go/build.sh},
 * which needs Go and the SDK. If it has not been built, the test is skipped unless
 * {@code GATEWAY_WASM_REQUIRE_HIGRESS} is {@code true}.
 */
final class HigressGateway {

	static final Path MODULE = Path.of("../filters/higress-go/target/higress_go.wasm").toAbsolutePath().normalize();

	private HigressGateway() {
	}

	/**
	 * Starts Redis and a gateway. The configuration of the filter can use Redis as
	 * {@code counts}, and {@code more} adds to the configuration of the gateway.
	 */
	static RedisGateway start(String configuration, UnaryOperator<GatewayFixture.Builder> more) {
		if (!Files.exists(MODULE)) {
			if (Boolean.parseBoolean(System.getenv("GATEWAY_WASM_REQUIRE_HIGRESS"))) {
				fail("%s is missing: run filters/higress-go/build.sh", MODULE);
			}
			assumeTrue(false, "Skipped: filters/higress-go/build.sh has not been run, which needs Go and the SDK");
		}
		String plugin = "gateway.wasm.plugins.sdk.";
		return RedisGateway.start((redis) -> more.apply(GatewayFixture.builder()
			.property("gateway.wasm.redis.counts.uri", redis.uri())
			.property("gateway.wasm.redis.counts.aliases", "outbound|6379||counts.static")
			.property("gateway.wasm.upstreams.auth.uri", "http://localhost:${upstream.port}")
			.property("gateway.wasm.upstreams.auth.aliases", "outbound|80||auth.dns")
			.property(plugin + "url", MODULE.toUri().toString())
			.property(plugin + "configuration", configuration)
			.property(plugin + "vms", "1")
			.property(plugin + "limits.start-timeout", "60s")
			.route("sdk", "Wasm=sdk")));
	}

}
