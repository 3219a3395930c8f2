package io.gatewaywasm.boot.gateway;

import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

import reactor.core.publisher.Flux;

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
 * Wraps Spring Cloud Gateway's conversion of route definitions into
 * {@link IsolatedRoutes}.
 */
public final class RouteIsolation implements BeanPostProcessor {

	private final BeanFactory beans;

	/**
	 * Creates the post-processor. It looks up beans when the first routes are wrapped.
	 */
	public RouteIsolation(BeanFactory beans) {
		this.beans = beans;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String name) {
		if (!(bean instanceof RouteDefinitionRouteLocator routes)) {
			return bean;
		}
		return new IsolatedRoutes(routes, predicatesOnly(),
				this.beans.getBean(GatewayProperties.class).getDefaultFilters(),
				this.beans.getBean(WasmGatewayFilterFactory.class));
	}

	@SuppressWarnings("rawtypes") // The constructor of the gateway takes raw types.
	private Function<RouteDefinition, Flux<Route>> predicatesOnly() {
		Supplier<List<RoutePredicateFactory>> predicates = SingletonSupplier
			.of(() -> this.beans.getBeanProvider(RoutePredicateFactory.class).orderedStream().toList());
		return (definition) -> new RouteDefinitionRouteLocator(() -> Flux.just(definition), predicates.get(), List.of(),
				new GatewayProperties(), this.beans.getBean(ConfigurationService.class))
			.getRoutes();
	}

}
