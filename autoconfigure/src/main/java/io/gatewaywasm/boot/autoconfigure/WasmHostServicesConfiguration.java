package io.gatewaywasm.boot.autoconfigure;

import io.gatewaywasm.boot.services.GatewayHostScheduler;
import io.gatewaywasm.boot.services.GatewayHostServices;
import io.gatewaywasm.boot.services.LoadBalancedAddresses;
import io.gatewaywasm.boot.services.LocalGuestMeters;
import io.gatewaywasm.boot.services.PluginObservers;
import io.gatewaywasm.boot.services.ReactorHttpCallouts;
import io.gatewaywasm.boot.services.UpstreamAddresses;
import io.gatewaywasm.boot.services.Upstreams;
import io.gatewaywasm.host.shared.InMemorySharedScopes;
import io.gatewaywasm.host.spi.ForeignFunction;
import io.gatewaywasm.host.spi.GrpcCallouts;
import io.gatewaywasm.host.spi.GuestMeters;
import io.gatewaywasm.host.spi.HostScheduler;
import io.gatewaywasm.host.spi.HostServices;
import io.gatewaywasm.host.spi.HttpCallouts;
import io.gatewaywasm.host.spi.SharedScopes;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.loadbalancer.reactive.ReactiveLoadBalancer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * What all plugins use. Each part can be replaced by a bean of the application.
 */
@Configuration(proxyBeanMethods = false)
final class WasmHostServicesConfiguration {

	private static final int MIN_THREADS = 4;

	@Bean
	@ConditionalOnMissingBean
	HostServices wasmHostServices(HttpCallouts httpCallouts, ObjectProvider<GrpcCallouts> grpcCallouts,
			ObjectProvider<GuestMeters> meters, HostScheduler scheduler, SharedScopes sharedScopes,
			ObjectProvider<PluginObservers> observers, BeanFactory beans) {
		return new GatewayHostServices(httpCallouts, grpcCallouts.getIfAvailable(() -> GrpcCallouts.NONE),
				meters.getIfAvailable(LocalGuestMeters::new), scheduler, sharedScopes,
				(name) -> beans.containsBean(name) && beans.isTypeMatch(name, ForeignFunction.class)
						? beans.getBean(name, ForeignFunction.class) : null,
				observers.getIfAvailable(() -> PluginObservers.NONE));
	}

	@Bean
	@ConditionalOnMissingBean
	HostScheduler wasmHostScheduler() {
		return new GatewayHostScheduler(Math.max(MIN_THREADS, Runtime.getRuntime().availableProcessors()));
	}

	@Bean
	@ConditionalOnMissingBean
	SharedScopes wasmSharedScopes(WasmGatewayProperties properties) {
		return new InMemorySharedScopes(LimitDefinitions.shared(properties));
	}

	@Bean
	@ConditionalOnMissingBean
	Upstreams wasmUpstreams(WasmGatewayProperties properties) {
		return new Upstreams(UpstreamDefinitions.of(properties.upstreams()), properties.allowedCallTargets());
	}

	@Bean
	@ConditionalOnMissingBean
	HttpCallouts wasmHttpCallouts(Upstreams upstreams, ObjectProvider<UpstreamAddresses> addresses,
			WasmGatewayProperties properties) {
		return new ReactorHttpCallouts(upstreams, addresses.getIfAvailable(() -> UpstreamAddresses.DIRECT),
				LimitDefinitions.callConnections(properties));
	}

	/**
	 * Addresses of services, if there is a load balancer.
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
