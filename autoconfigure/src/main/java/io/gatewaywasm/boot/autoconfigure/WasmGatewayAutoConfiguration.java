package io.gatewaywasm.boot.autoconfigure;

import io.gatewaywasm.boot.gateway.BeforeRouting;
import io.gatewaywasm.boot.gateway.ConfiguredRoutes;
import io.gatewaywasm.boot.gateway.PredicateRouteChooser;
import io.gatewaywasm.boot.gateway.ResponseCacheGuard;
import io.gatewaywasm.boot.gateway.InvalidRouteGuardProcessor;
import io.gatewaywasm.boot.gateway.RoutePlugins;
import io.gatewaywasm.boot.gateway.WasmGatewayFilterFactory;
import io.gatewaywasm.boot.gateway.WasmGlobalFilter;
import io.gatewaywasm.boot.gateway.WasmUpstreamHostFilter;
import io.gatewaywasm.boot.gateway.exchange.StreamObservations;
import io.gatewaywasm.boot.gateway.exchange.UpstreamRequests;
import io.gatewaywasm.boot.gateway.route.ServiceInstances;
import io.gatewaywasm.boot.plugin.PluginRegistry;
import io.gatewaywasm.boot.services.InterimResponses;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesBindHandlerAdvisor;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.loadbalancer.reactive.ReactiveLoadBalancer;
import org.springframework.cloud.gateway.config.GatewayAutoConfiguration;
import org.springframework.cloud.gateway.config.GatewayMetricsAutoConfiguration;
import org.springframework.cloud.gateway.config.GatewayProperties;
import org.springframework.cloud.gateway.config.HttpClientCustomizer;
import org.springframework.cloud.gateway.config.LocalResponseCacheAutoConfiguration;
import org.springframework.cloud.gateway.config.conditional.ConditionalOnEnabledFilter;
import org.springframework.cloud.gateway.filter.factory.GatewayFilterFactory;
import org.springframework.cloud.gateway.filter.factory.cache.GlobalLocalResponseCacheGatewayFilter;
import org.springframework.cloud.gateway.handler.FilteringWebHandler;
import org.springframework.cloud.gateway.support.ConfigurationService;
import org.springframework.cloud.loadbalancer.core.ServiceInstanceListSupplier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;

/**
 * {@link AutoConfiguration Auto-configuration} for Proxy-Wasm filters in Spring Cloud
 * Gateway.
 *
 * @since 0.1.0
 */
@AutoConfiguration(after = { GatewayAutoConfiguration.class, GatewayMetricsAutoConfiguration.class,
		LocalResponseCacheAutoConfiguration.class })
@ConditionalOnClass(FilteringWebHandler.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnBean(FilteringWebHandler.class)
@Conditional(OnWasmEnabledCondition.class)
@EnableConfigurationProperties(WasmGatewayProperties.class)
@ImportRuntimeHints(WasmGatewayRuntimeHints.class)
@Import({ WasmEngineConfiguration.class, WasmFetchConfiguration.class, WasmHostServicesConfiguration.class,
		WasmPluginConfiguration.class, WasmGrpcConfiguration.class, WasmRedisConfiguration.class,
		WasmCelConfiguration.class, WasmGatewayFilterConfiguration.class })
public final class WasmGatewayAutoConfiguration {

	private static final Logger logger = LoggerFactory.getLogger(WasmGatewayAutoConfiguration.class);

	@Bean
	@ConditionalOnEnabledFilter
	WasmGatewayFilterFactory wasmGatewayFilterFactory(PluginRegistry registry, WasmGatewayProperties properties,
			ObjectProvider<ObservationRegistry> observations, ObjectProvider<ServiceInstances> instances,
			BeanFactory beans) {
		return new WasmGatewayFilterFactory(registry, properties.loadTimeout(),
				properties.observations().enabled() ? observations(observations.getIfAvailable()) : null,
				instances.getIfAvailable(() -> ServiceInstances.NONE), new PredicateRouteChooser(beans));
	}

	// Static, because properties are bound before the beans that use them are created.
	@Bean
	static ConfigurationPropertiesBindHandlerAdvisor wasmValueRanges() {
		return ValueRanges::new;
	}

	// Eager, because it checks the configured routes.
	@Bean
	@Lazy(false)
	@ConditionalOnEnabledFilter(WasmGatewayFilterFactory.class)
	ConfiguredRoutes wasmConfiguredRoutes(GatewayProperties gateway, WasmGatewayFilterFactory factory,
			ObjectProvider<GatewayFilterFactory<?>> factories, ConfigurationService configurations) {
		return new ConfiguredRoutes(gateway, factory, factories, configurations);
	}

	// Eager, and registered after wasmConfiguredRoutes, which reports unknown plugins.
	@Bean
	@Lazy(false)
	@ConditionalOnEnabledFilter(WasmGatewayFilterFactory.class)
	@ConditionalOnBean(
			type = "org.springframework.cloud.gateway.filter.factory.cache.LocalResponseCacheGatewayFilterFactory")
	ResponseCacheGuard wasmResponseCacheGuard(PluginRegistry registry, GatewayProperties gateway,
			ObjectProvider<WasmGlobalFilter> globalFilter,
			ObjectProvider<GlobalLocalResponseCacheGatewayFilter> cacheOfAllRoutes) {
		return new ResponseCacheGuard(registry, gateway, globalFilter.getIfAvailable(),
				cacheOfAllRoutes.getIfAvailable() != null);
	}

	@Bean
	@Lazy(false)
	MissingLibraries wasmMissingLibraries(WasmGatewayProperties properties, GatewayProperties gateway,
			ListableBeanFactory beans, Environment environment) {
		return new MissingLibraries(properties, gateway, beans, environment);
	}

	// Static, so that beans need no instance of this class to be post-processed.
	@Bean
	@ConditionalOnEnabledFilter(WasmGatewayFilterFactory.class)
	static InvalidRouteGuardProcessor wasmInvalidRouteGuard(BeanFactory beans) {
		return new InvalidRouteGuardProcessor(beans);
	}

	private static @Nullable StreamObservations observations(@Nullable ObservationRegistry registry) {
		if (registry == null || registry.isNoop()) {
			logger.warn(
					"'gateway.wasm.observations.enabled' has no effect: the application has no active ObservationRegistry."
							+ " Add 'spring-boot-starter-actuator', or set the property to false.");
			return null;
		}
		return new StreamObservations(registry);
	}

	@Bean
	@ConditionalOnEnabledFilter(WasmGatewayFilterFactory.class)
	HttpClientCustomizer wasmHttpClient() {
		return (client) -> InterimResponses.ignoredBy(client)
			.doOnRequest(UpstreamRequests::connected)
			.doAfterRequest(UpstreamRequests::sent)
			.doOnRequestError(UpstreamRequests::failed);
	}

	/** Configuration if Spring Cloud LoadBalancer is on the class path. */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(ServiceInstanceListSupplier.class)
	static class LoadBalancerConfiguration {

		@Bean
		@ConditionalOnMissingBean
		ServiceInstances wasmServiceInstances(
				ObjectProvider<ReactiveLoadBalancer.Factory<ServiceInstance>> loadBalancers) {
			return (service) -> {
				ReactiveLoadBalancer.Factory<ServiceInstance> factory = loadBalancers.getIfAvailable();
				ServiceInstanceListSupplier supplier = (factory != null)
						? factory.getInstance(service, ServiceInstanceListSupplier.class) : null;
				return (supplier != null) ? supplier.get().next() : Mono.empty();
			};
		}

		@Bean
		@ConditionalOnEnabledFilter(WasmGatewayFilterFactory.class)
		WasmUpstreamHostFilter wasmUpstreamHostFilter() {
			return new WasmUpstreamHostFilter();
		}

	}

	@Bean
	@ConditionalOnEnabledFilter(WasmGatewayFilterFactory.class)
	RoutePlugins wasmRoutePlugins(PluginRegistry registry, WasmGatewayFilterFactory factory,
			ObjectProvider<WasmGlobalFilter> globalFilter, ObjectProvider<BeforeRouting> beforeRouting,
			ObjectProvider<ResponseCacheGuard> cacheGuard) {
		return new RoutePlugins(registry, factory, globalFilter.getIfAvailable(), beforeRouting.getIfAvailable(),
				cacheGuard.getIfAvailable());
	}

}
