package io.gatewaywasm.boot.autoconfigure;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

import io.gatewaywasm.boot.redis.RedisServer;
import io.gatewaywasm.boot.shareddata.OnFailure;
import io.gatewaywasm.boot.shareddata.SharedDataStore;
import io.gatewaywasm.boot.shareddata.StorePolicy;
import io.gatewaywasm.boot.shareddata.StoreSettings;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * Validates where shared data is stored.
 */
final class SharedDataDefinitions {

	private static final String PREFIX = "gateway.wasm.shared-data.";

	private static final String REDELIVERY = "gateway.wasm.shared-queues.redelivery";

	/** A worker thread that waits longer counts as stuck. */
	private static final Duration LONGEST = Duration.ofSeconds(10);

	/** A shorter time would redeliver entries that are still being processed. */
	private static final Duration SHORTEST_REDELIVERY = Duration.ofSeconds(1);

	private SharedDataDefinitions() {
	}

	static StorePolicy policy(WasmGatewayProperties.SharedData data,
			Map<String, WasmGatewayProperties.SharedVmId> declared) {
		Map<String, StorePolicy.Choice> vmIds = new LinkedHashMap<>();
		declared.forEach((vmId, chosen) -> {
			SharedDataStore store = chosen.store();
			OnFailure onFailure = chosen.onFailure();
			vmIds.put(vmId, new StorePolicy.Choice((store != null) ? store : data.store(),
					(onFailure != null) ? onFailure : data.onFailure()));
		});
		return new StorePolicy(data.store(), data.onFailure(), Map.copyOf(vmIds));
	}

	static StoreSettings settings(WasmGatewayProperties properties, RedisDefinitions redis) {
		WasmGatewayProperties.SharedData data = properties.sharedData();
		Duration timeout = data.timeout();
		InvalidWasmPropertyException.unless(timeout.toMillis() > 0 && timeout.compareTo(LONGEST) <= 0,
				PREFIX + "timeout", timeout, "The duration must be between 1 ms and 10 s",
				"Use a duration such as '500ms'.");
		Duration redelivery = properties.sharedQueues().redelivery();
		InvalidWasmPropertyException.unless(redelivery.compareTo(SHORTEST_REDELIVERY) >= 0, REDELIVERY, redelivery,
				"The duration must be at least 1 s", "Use a duration such as '30s'.");
		return new StoreSettings(server(data.server(), properties.redis(), redis), data.keyPrefix(), timeout,
				redelivery, LimitDefinitions.shared(properties));
	}

	private static RedisServer server(@Nullable String name,
			Map<String, WasmGatewayProperties.RedisProperties> declared, RedisDefinitions redis) {
		if (!StringUtils.hasText(name)) {
			return redis.ofSpring(PREFIX + "server");
		}
		RedisServer server = redis.of(declared).get(name);
		if (server == null) {
			throw new InvalidWasmPropertyException(PREFIX + "server", name,
					"No Redis server with that name is declared",
					"Declare it under 'gateway.wasm.redis', or remove this property to use 'spring.data.redis'.");
		}
		return server;
	}

	static InvalidWasmPropertyException withoutLettuce() {
		return new InvalidWasmPropertyException(PREFIX + "store", "redis",
				"io.lettuce:lettuce-core is not on the class path",
				"Add 'spring-boot-starter-data-redis', or set the property to 'local'.");
	}

}
