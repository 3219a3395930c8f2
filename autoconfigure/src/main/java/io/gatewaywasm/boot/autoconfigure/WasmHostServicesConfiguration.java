package io.gatewaywasm.boot.autoconfigure;

import io.gatewaywasm.boot.services.CalloutObservations;
import io.gatewaywasm.boot.services.ClosedPluginData;
import io.gatewaywasm.boot.services.GatewayHostScheduler;
import io.gatewaywasm.boot.services.GatewayHostServices;
import io.gatewaywasm.boot.services.LoadBalancedAddresses;
import io.gatewaywasm.boot.services.LocalGuestMeters;
import io.gatewaywasm.boot.services.ObservedGrpcCallouts;
import io.gatewaywasm.boot.services.ObservedHttpCallouts;
import io.gatewaywasm.boot.services.ObservedRedisCallouts;
import io.gatewaywasm.boot.services.PluginObservers;
import io.gatewaywasm.boot.services.ReactorHttpCallouts;
import io.gatewaywasm.boot.services.UpstreamAddresses;
import io.gatewaywasm.boot.services.Upstreams;
import io.gatewaywasm.boot.shareddata.SharedDataStore;
import io.gatewaywasm.boot.shareddata.StorePolicy;
import io.gatewaywasm.host.shared.InMemorySharedScopes;
import io.gatewaywasm.host.spi.ForeignFunction;
import io.gatewaywasm.host.spi.GrpcCallouts;
import io.gatewaywasm.host.spi.GuestMeters;
import io.gatewaywasm.host.spi.HostScheduler;
import io.gatewaywasm.host.spi.HostServices;
import io.gatewaywasm.host.spi.HttpCallouts;
import io.gatewaywasm.host.spi.RedisCallouts;
import io.gatewaywasm.host.spi.SharedScopes;

import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.loadbalancer.reactive.ReactiveLoadBalancer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * Configures the services that all plugins use. The application can replace each of them
 * with its own bean.
 */
@Configuration(proxyBeanMethods = false)
final class WasmHostServicesConfiguration {

	private static final int MIN_THREADS = 4;

	@Bean
	@ConditionalOnMissingBean
	HostServices wasmHostServices(HttpCallouts httpCallouts, ObjectProvider<GrpcCallouts> grpcCallouts,
			ObjectProvider<RedisCallouts> redisCallouts, ObjectProvider<GuestMeters> meters, HostScheduler scheduler,
			SharedScopes sharedScopes, ObjectProvider<PluginObservers> observers, BeanFactory beans,
			WasmGatewayProperties properties, ObjectProvider<ObservationRegistry> observations,
			Environment environment) {
		ObservationRegistry registry = properties.observations().enabled() ? observations.getIfAvailable() : null;
		CalloutObservations observed = (registry != null) ? new CalloutObservations(registry) : null;
		GrpcCallouts grpc = grpcCallouts.getIfAvailable(() -> GrpcCallouts.NONE);
		RedisCallouts redis = redisCallouts.getIfAvailable(() -> RedisCallouts.NONE);
		return new GatewayHostServices(
				(observed != null) ? new ObservedHttpCallouts(httpCallouts, observed) : httpCallouts,
				(observed != null) ? ObservedGrpcCallouts.of(grpc, observed) : grpc,
				(observed != null) ? ObservedRedisCallouts.of(redis, observed) : redis,
				meters.getIfAvailable(LocalGuestMeters::new), scheduler, sharedScopes,
				(name) -> beans.containsBean(name) && beans.isTypeMatch(name, ForeignFunction.class)
						? beans.getBean(name, ForeignFunction.class) : null,
				(name) -> secret(environment, name), observers.getIfAvailable(() -> PluginObservers.NONE));
	}

	private static @Nullable String secret(Environment environment, String name) {
		try {
			return environment.getProperty(name);
		}
		catch (IllegalArgumentException ex) {
			// The value contains a placeholder that cannot be resolved.
			return null;
		}
	}

	@Bean
	@ConditionalOnMissingBean
	HostScheduler wasmHostScheduler() {
		return new GatewayHostScheduler(Math.max(MIN_THREADS, Runtime.getRuntime().availableProcessors()));
	}

	@Bean
	@ConditionalOnMissingBean
	SharedScopes wasmSharedScopes(WasmGatewayProperties properties,
			ObjectProvider<WasmRedisConfiguration.RemoteStores> stores, Environment environment) {
		WasmGatewayProperties.SharedData data = properties.sharedData();
		StorePolicy policy = SharedDataDefinitions.policy(data, NamedEntries.vmIds(data.vmIds()).declared(environment));
		if (!policy.uses(SharedDataStore.REDIS)) {
			return new InMemorySharedScopes(LimitDefinitions.shared(properties));
		}
		return stores.getIfAvailable(() -> {
			throw SharedDataDefinitions.withoutLettuce();
		}).with(policy);
	}

	@Bean
	ClosedPluginData wasmClosedPluginData(SharedScopes sharedScopes) {
		return new ClosedPluginData(sharedScopes);
	}

	@Bean
	@ConditionalOnMissingBean
	Upstreams wasmUpstreams(WasmGatewayProperties properties, Environment environment) {
		return new Upstreams(
				UpstreamDefinitions.of(NamedEntries.upstreams(properties.upstreams()).declared(environment)),
				UpstreamDefinitions.targets(properties.allowedCallTargets()), properties.allowRouteUpstream());
	}

	@Bean
	@ConditionalOnMissingBean
	HttpCallouts wasmHttpCallouts(Upstreams upstreams, ObjectProvider<UpstreamAddresses> addresses,
			WasmGatewayProperties properties) {
		return new ReactorHttpCallouts(upstreams, addresses.getIfAvailable(() -> UpstreamAddresses.DIRECT),
				LimitDefinitions.callConnections(properties));
	}

	/**
	 * Configuration if Spring Cloud LoadBalancer is on the class path.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(ReactiveLoadBalancer.class)
	static final class LoadBalancerConfiguration {

		@Bean
		@ConditionalOnMissingBean(UpstreamAddresses.class)
		LoadBalancedAddresses wasmUpstreamAddresses(
				ObjectProvider<ReactiveLoadBalancer.Factory<ServiceInstance>> loadBalancers) {
			return new LoadBalancedAddresses(loadBalancers::getIfAvailable);
		}

	}

}
