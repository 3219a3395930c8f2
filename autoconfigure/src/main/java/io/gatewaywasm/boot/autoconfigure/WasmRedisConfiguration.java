package io.gatewaywasm.boot.autoconfigure;

import io.gatewaywasm.boot.actuate.OptionalFeature;
import io.gatewaywasm.boot.redis.LettuceConnections;
import io.gatewaywasm.boot.redis.LettuceRedisCallouts;
import io.gatewaywasm.boot.shareddata.RedisStores;
import io.gatewaywasm.boot.shareddata.StoreObserver;
import io.gatewaywasm.boot.shareddata.StorePolicy;
import io.gatewaywasm.boot.shareddata.StoreSettings;
import io.gatewaywasm.host.spi.HostScheduler;
import io.gatewaywasm.host.spi.RedisCallouts;
import io.gatewaywasm.host.spi.SharedScopes;
import io.lettuce.core.RedisClient;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * Configures Redis callouts and shared data in Redis if Lettuce is on the class path.
 */
@Configuration(proxyBeanMethods = false)
final class WasmRedisConfiguration {

	private static final String FEATURE = "redis";

	/**
	 * Creates shared data that is stored on a server.
	 */
	@FunctionalInterface
	interface RemoteStores {

		/**
		 * Creates the shared data of all VM ids, of which the policy selects those stored
		 * on the server.
		 */
		SharedScopes with(StorePolicy policy);

	}

	/**
	 * Configuration if Lettuce is on the class path.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(RedisClient.class)
	static final class LettuceConfiguration {

		@Bean
		LettuceConnections wasmRedisConnections() {
			return new LettuceConnections();
		}

		@Bean
		@ConditionalOnMissingBean
		RedisCallouts wasmRedisCallouts(WasmGatewayProperties properties, ObjectProvider<SslBundles> sslBundles,
				Environment environment, LettuceConnections connections) {
			return new LettuceRedisCallouts(
					new RedisDefinitions(environment, sslBundles.getIfAvailable()).of(properties.redis()), connections);
		}

		@Bean
		RemoteStores wasmRemoteStores(WasmGatewayProperties properties, ObjectProvider<SslBundles> sslBundles,
				Environment environment, LettuceConnections connections, ObjectProvider<HostScheduler> scheduler,
				ObjectProvider<StoreObserver> observer) {
			return (policy) -> {
				StoreSettings settings = SharedDataDefinitions.settings(properties,
						new RedisDefinitions(environment, sslBundles.getIfAvailable()));
				return new RedisStores(policy, settings,
						(user, delay) -> connections.open(user, settings.serverWithRoom(), delay),
						scheduler.getObject(), observer.getIfAvailable(() -> StoreObserver.NONE));
			};
		}

		@Bean
		OptionalFeature wasmRedisFeature() {
			return OptionalFeature.available(FEATURE);
		}

	}

	/**
	 * Configuration if Lettuce is not on the class path.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingClass("io.lettuce.core.RedisClient")
	static final class WithoutLettuceConfiguration {

		@Bean
		OptionalFeature wasmRedisFeature(ObjectProvider<RedisCallouts> callouts) {
			return (callouts.getIfAvailable() != null) ? OptionalFeature.available(FEATURE)
					: OptionalFeature.unavailable(FEATURE, "io.lettuce:lettuce-core is not on the class path");
		}

	}

}
