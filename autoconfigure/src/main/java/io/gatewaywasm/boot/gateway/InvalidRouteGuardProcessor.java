package io.gatewaywasm.boot.gateway;

import java.util.List;
import java.util.function.Supplier;

import reactor.core.publisher.Flux;
import reactor.util.context.Context;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.cloud.gateway.config.GatewayProperties;
import org.springframework.cloud.gateway.handler.predicate.RoutePredicateFactory;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.route.RouteDefinition;
import org.springframework.cloud.gateway.route.RouteDefinitionRouteLocator;
import org.springframework.cloud.gateway.support.ConfigurationService;
import org.springframework.util.function.SingletonSupplier;

/**
 * Wraps Spring Cloud Gateway's locator of route definitions in an
 * {@link InvalidRouteGuard}.
 */
public final class InvalidRouteGuardProcessor implements BeanPostProcessor {

	private final BeanFactory beans;

	private final Supplier<RouteDefinitionRouteLocator> withoutFilters = SingletonSupplier.of(this::withoutFilters);

	/**
	 * Creates the post-processor. It looks up beans when the first routes are wrapped.
	 */
	public InvalidRouteGuardProcessor(BeanFactory beans) {
		this.beans = beans;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String name) {
		if (!(bean instanceof RouteDefinitionRouteLocator routes)) {
			return bean;
		}
		return new InvalidRouteGuard(routes, this::predicatesOnly,
				this.beans.getBean(GatewayProperties.class)::getDefaultFilters,
				this.beans.getBean(WasmGatewayFilterFactory.class));
	}

	private Flux<Route> predicatesOnly(RouteDefinition definition) {
		return this.withoutFilters.get().getRoutes().contextWrite(Context.of(RouteDefinition.class, definition));
	}

	/** Creates a locator that converts the definition in the subscriber's context. */
	@SuppressWarnings("rawtypes") // The constructor of the gateway takes raw types.
	private RouteDefinitionRouteLocator withoutFilters() {
		List<RoutePredicateFactory> predicates = this.beans.getBeanProvider(RoutePredicateFactory.class)
			.orderedStream()
			.toList();
		return new RouteDefinitionRouteLocator(
				() -> Flux.deferContextual((context) -> Flux.just(context.get(RouteDefinition.class))), predicates,
				List.of(), new GatewayProperties(), this.beans.getBean(ConfigurationService.class));
	}

}
