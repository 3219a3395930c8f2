package io.gatewaywasm.boot.autoconfigure;

import io.gatewaywasm.boot.gateway.BeforeRouting;
import io.gatewaywasm.boot.gateway.BeforeRoutingMapping;
import io.gatewaywasm.boot.gateway.WasmFramingFilter;
import io.gatewaywasm.boot.gateway.WasmGatewayFilterFactory;
import io.gatewaywasm.boot.gateway.WasmGlobalFilter;
import io.gatewaywasm.boot.gateway.WasmPreflightFilter;
import io.gatewaywasm.boot.gateway.WasmRequestDecodingFilter;
import io.gatewaywasm.boot.gateway.WasmRequestTrailersFilter;
import io.gatewaywasm.boot.gateway.WasmResponseFilter;
import io.gatewaywasm.boot.gateway.WasmTrailersFilter;
import io.gatewaywasm.boot.gateway.exchange.ErrorResponses;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.cloud.gateway.config.conditional.ConditionalOnEnabledFilter;
import org.springframework.cloud.gateway.handler.FilteringWebHandler;
import org.springframework.cloud.gateway.handler.RoutePredicateHandlerMapping;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;

/**
 * Configuration of the gateway's filters, in addition to those of single routes.
 */
@Configuration(proxyBeanMethods = false)
@ConditionalOnEnabledFilter(WasmGatewayFilterFactory.class)
class WasmGatewayFilterConfiguration {

	@Bean
	@Conditional(OnListedPluginsCondition.OnGlobalFilters.class)
	WasmGlobalFilter wasmGlobalFilter(WasmGatewayFilterFactory factory, WasmGatewayProperties properties) {
		return new WasmGlobalFilter(factory, properties.globalFilters());
	}

	@Bean
	WasmFramingFilter wasmFramingFilter() {
		return new WasmFramingFilter();
	}

	@Bean
	WasmRequestDecodingFilter wasmRequestDecodingFilter() {
		return new WasmRequestDecodingFilter();
	}

	@Bean
	WasmRequestTrailersFilter wasmRequestTrailersFilter(WasmGatewayProperties properties) {
		return new WasmRequestTrailersFilter(!properties.globalFilters().isEmpty());
	}

	/** Configuration for trailers, which Spring Cloud Gateway 4 does not support. */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(name = "org.springframework.cloud.gateway.filter.headers.TrailerHeadersFilter")
	static class TrailersConfiguration {

		@Bean
		WasmTrailersFilter wasmTrailersFilter() {
			return new WasmTrailersFilter();
		}

	}

	@Bean
	WasmResponseFilter wasmResponseFilter(WasmGatewayProperties properties, BeanFactory beans,
			WasmGatewayFilterFactory factory) {
		return new WasmResponseFilter(!properties.globalFilters().isEmpty(), new ErrorResponses(beans), factory);
	}

	@Bean
	@ConditionalOnBean(RoutePredicateHandlerMapping.class)
	WasmPreflightFilter wasmPreflightFilter(RoutePredicateHandlerMapping mapping, FilteringWebHandler routes,
			WasmGatewayProperties properties) {
		return new WasmPreflightFilter(mapping, routes, !properties.globalFilters().isEmpty());
	}

	/** Configuration for plugins that run before a route is chosen. */
	@Configuration(proxyBeanMethods = false)
	@Conditional(OnListedPluginsCondition.OnBeforeRouting.class)
	@ConditionalOnBean(RoutePredicateHandlerMapping.class)
	static class BeforeRoutingConfiguration {

		@Bean
		BeforeRouting wasmBeforeRouting(WasmGatewayFilterFactory factory, WasmGatewayProperties properties,
				RoutePredicateHandlerMapping routes, BeanFactory beans) {
			return new BeforeRouting(factory, properties.beforeRouting(), BeforeRoutingPaths.of(properties), routes,
					beans);
		}

		@Bean
		BeforeRoutingMapping wasmBeforeRoutingMapping(BeforeRouting handler, RoutePredicateHandlerMapping routes,
				ApplicationContext application) {
			return BeforeRoutingMapping.ofRoutes(handler, routes, application);
		}

		@Bean
		BeforeRoutingMapping wasmBeforeRoutingHandlerMapping(BeforeRouting handler, ApplicationContext application) {
			return BeforeRoutingMapping.ofHandlers(handler, application);
		}

	}

}
