package io.gatewaywasm.boot.gateway;

import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.cloud.gateway.filter.FilterDefinition;
import org.springframework.cloud.gateway.filter.OrderedGatewayFilter;
import org.springframework.cloud.gateway.handler.AsyncPredicate;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.route.RouteDefinition;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.web.server.ServerWebExchange;

/**
 * Prevents an invalid definition of a route with a Wasm filter from stopping the refresh
 * of all routes. The route stays at its place, so that no later route receives its
 * requests unfiltered, and answers with 503. If its predicates are invalid, it matches
 * the requests of its previous valid predicates. At startup, and for routes without a
 * Wasm filter, Spring Cloud Gateway handles the error.
 */
final class InvalidRouteGuard implements RouteLocator {

	private static final URI NO_UPSTREAM = URI.create("no://op");

	private final RouteLocator routes;

	private final Function<RouteDefinition, Flux<Route>> predicatesOnly;

	private final Supplier<List<FilterDefinition>> defaultFilters;

	private final WasmGatewayFilterFactory factory;

	private final Map<String, AsyncPredicate<ServerWebExchange>> predicates = new ConcurrentHashMap<>();

	/**
	 * Creates the locator. {@code predicatesOnly} converts a definition without filters;
	 * {@code defaultFilters} returns the current filters of every route.
	 */
	InvalidRouteGuard(RouteLocator routes, Function<RouteDefinition, Flux<Route>> predicatesOnly,
			Supplier<List<FilterDefinition>> defaultFilters, WasmGatewayFilterFactory factory) {
		this.routes = routes;
		this.predicatesOnly = predicatesOnly;
		this.defaultFilters = defaultFilters;
		this.factory = factory;
	}

	@Override
	public Flux<Route> getRoutes() {
		return Flux.defer(() -> {
			Set<String> ids = new HashSet<>();
			return isolated(this.routes.getRoutes()).doOnNext((route) -> ids.add(route.getId()))
				.doOnComplete(() -> this.predicates.keySet().retainAll(ids));
		});
	}

	@Override
	public Flux<Route> getRoutesByMetadata(Map<String, Object> metadata) {
		return Flux.defer(() -> isolated(this.routes.getRoutesByMetadata(metadata)));
	}

	private Flux<Route> isolated(Flux<Route> routes) {
		List<Mono<Route>> inOrder = new ArrayList<>();
		return routes
			.onErrorContinue(RuntimeException.class,
					(error, value) -> inOrder.add(refused((RuntimeException) error, value)))
			.doOnNext((route) -> {
				this.predicates.put(route.getId(), route.getPredicate());
				inOrder.add(Mono.just(route));
			})
			.thenMany(Flux.defer(() -> Flux.fromIterable(inOrder).concatMap(Function.identity())));
	}

	/** Throws the failure if it does not concern the definition of a Wasm route. */
	private Mono<Route> refused(RuntimeException failure, @Nullable Object value) {
		if (value instanceof RouteDefinition definition && isWasm(definition) && !this.factory.refused().isStarting()) {
			return refused(failure, definition);
		}
		throw failure;
	}

	private boolean isWasm(RouteDefinition definition) {
		return Stream.of(this.defaultFilters.get(), definition.getFilters())
			.filter(Objects::nonNull)
			.flatMap(List::stream)
			.anyMatch((filter) -> filter != null && this.factory.name().equals(filter.getName()));
	}

	private Mono<Route> refused(RuntimeException failure, RouteDefinition definition) {
		String id = String.valueOf(definition.getId());
		RouteDefinition withoutFilters = new RouteDefinition();
		withoutFilters.setId(id);
		withoutFilters.setUri(NO_UPSTREAM);
		withoutFilters.setPredicates(definition.getPredicates());
		return Flux.defer(() -> this.predicatesOnly.apply(withoutFilters))
			.next()
			.map(Route::getPredicate)
			.doOnNext((predicate) -> this.predicates.put(id, predicate))
			.onErrorResume((ex) -> Mono.just(this.predicates.getOrDefault(id, (exchange) -> Mono.just(Boolean.FALSE))))
			.map((predicate) -> Route.async()
				.id(id)
				.uri(NO_UPSTREAM)
				.order(definition.getOrder())
				.asyncPredicate(predicate)
				.metadata(metadata(definition))
				.filter(new OrderedGatewayFilter(this.factory.refused().filter(id, failure), 1))
				.build());
	}

	/**
	 * Returns the metadata by which scoped refreshes find the route, without its possibly
	 * invalid CORS configuration.
	 */
	private static Map<String, Object> metadata(RouteDefinition definition) {
		Map<String, Object> declared = definition.getMetadata();
		Map<String, Object> metadata = (declared != null) ? new HashMap<>(declared) : new HashMap<>();
		metadata.remove("cors");
		return metadata;
	}

}
