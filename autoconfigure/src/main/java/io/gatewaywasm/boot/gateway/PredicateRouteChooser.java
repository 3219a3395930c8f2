package io.gatewaywasm.boot.gateway;

import java.net.URI;
import java.util.List;
import java.util.OptionalInt;

import io.gatewaywasm.boot.gateway.exchange.LocalResponses;
import io.gatewaywasm.boot.gateway.exchange.WasmExchange;
import io.gatewaywasm.boot.gateway.message.FilteredExchange;
import io.gatewaywasm.boot.gateway.message.FramedRequest;
import io.gatewaywasm.boot.gateway.message.PortableHeaders;
import io.gatewaywasm.boot.gateway.route.RouteChoice;
import io.gatewaywasm.boot.gateway.route.RouteChooser;
import io.gatewaywasm.host.spi.LocalResponse;
import io.gatewaywasm.host.spi.OncePerMinute;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.handler.FilteringWebHandler;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.cors.reactive.CorsUtils;
import org.springframework.web.server.ServerWebExchange;

/**
 * Evaluates the predicates of the gateway's routes again. If another route matches, its
 * filters run in place of the remaining filters of the previous route. Wasm filters that
 * have already run for this exchange with the same configuration are skipped.
 */
public final class PredicateRouteChooser implements RouteChooser {

	private static final Logger logger = LoggerFactory.getLogger(PredicateRouteChooser.class);

	private static final int MAX_CHANGES = 4;

	/**
	 * Attributes that a matching predicate sets and a predicate that does not match
	 * leaves in place.
	 */
	private static final List<String> OF_PREDICATES = List.of(
			ServerWebExchangeUtils.GATEWAY_PREDICATE_PATH_CONTAINER_ATTR,
			ServerWebExchangeUtils.GATEWAY_PREDICATE_MATCHED_PATH_ATTR,
			ServerWebExchangeUtils.GATEWAY_PREDICATE_MATCHED_PATH_ROUTE_ID_ATTR,
			ServerWebExchangeUtils.URI_TEMPLATE_VARIABLES_ATTRIBUTE);

	private static final List<String> CORS_HEADERS = List.of(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN,
			HttpHeaders.ACCESS_CONTROL_ALLOW_CREDENTIALS, HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS,
			HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS,
			HttpHeaders.ACCESS_CONTROL_MAX_AGE);

	private final SingletonSupplier<GatewayRoutes> routes;

	private final OncePerMinute tooManyChanges = new OncePerMinute();

	private final OncePerMinute unknownPlace = new OncePerMinute();

	/**
	 * Creates the chooser. Because the gateway's beans depend on filters, they are looked
	 * up when a route is chosen again for the first time.
	 */
	public PredicateRouteChooser(BeanFactory beans) {
		this.routes = SingletonSupplier.of(() -> GatewayRoutes.of(beans));
	}

	@Override
	public Mono<Void> chooseAgain(GatewayFilter filter, ServerWebExchange exchange, GatewayFilterChain chain) {
		WasmExchange wasm = WasmExchange.of(exchange);
		Route current = (wasm != null) ? wasm.route().choice().route() : null;
		if (wasm == null || current == null || ServerWebExchangeUtils.isAlreadyRouted(exchange)) {
			return chain.filter(exchange);
		}
		GatewayRoutes known = this.routes.obtain();
		OptionalInt place = known.place(current, filter);
		if (place.isEmpty()) {
			if (this.unknownPlace.isDue()) {
				logger.warn("A filter on route '{}' requested a new choice of the route, which is not made:"
						+ " another filter wraps it, so its position among the route's filters is unknown."
						+ " Put it on the route itself: {}", current.getId(), filter);
			}
			return chain.filter(exchange);
		}
		forgetChoice(exchange);
		return known.mapping()
			.getHandler(asPredicatesSeeIt(exchange, wasm.route().choice().uri()))
			.singleOptional()
			.flatMap((handler) -> {
				ServerWebExchange next = withBodyThatPredicatesRead(exchange);
				if (handler.isEmpty()) {
					return LocalResponses.write(next, next.getResponse(), LocalResponse.of(404, "route_not_found"));
				}
				Route chosen = chosen(handler.get(), next);
				if (chosen == null) {
					return next.getResponse().setComplete();
				}
				return isSame(known, chosen, current).flatMap(
						(same) -> same ? stay(wasm, next, chain) : change(known, wasm, next, chosen, place.getAsInt()));
			});
	}

	/** Resets the exchange to the state in which predicates first saw it. */
	private static void forgetChoice(ServerWebExchange exchange) {
		OF_PREDICATES.forEach(exchange.getAttributes()::remove);
		if (CorsUtils.isCorsRequest(exchange.getRequest())) {
			// If these headers are present, Spring assumes that the application has
			// already decided on this origin.
			CORS_HEADERS.forEach((name) -> PortableHeaders.remove(exchange.getResponse().getHeaders(), name));
		}
	}

	private static ServerWebExchange asPredicatesSeeIt(ServerWebExchange exchange, URI uri) {
		ServerHttpRequest request = exchange.getRequest();
		return request.getURI().equals(uri) ? exchange
				: exchange.mutate().request(request.mutate().uri(uri).build()).build();
	}

	/**
	 * A predicate that reads the body leaves a request with a cached copy of the body.
	 */
	private static ServerWebExchange withBodyThatPredicatesRead(ServerWebExchange exchange) {
		Object read = exchange.getAttributes().remove(ServerWebExchangeUtils.CACHED_SERVER_HTTP_REQUEST_DECORATOR_ATTR);
		if (!(read instanceof ServerHttpRequest copy)) {
			return exchange;
		}
		ServerHttpRequest request = exchange.getRequest();
		return FilteredExchange.withBody(exchange,
				new FramedRequest(request, request.getMethod(), request.getHeaders(), copy.getBody()));
	}

	/**
	 * Returns the chosen route, or {@code null} if the gateway has answered the request
	 * itself because of CORS.
	 */
	private static @Nullable Route chosen(Object handler, ServerWebExchange exchange) {
		boolean routed = WasmPreflightFilter.unanswered(exchange) != null || handler instanceof FilteringWebHandler;
		return routed ? exchange.getAttribute(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR) : null;
	}

	/**
	 * Returns whether the choice is still the current route. A route that has since been
	 * rebuilt counts as the same, since an exchange keeps the instance it started with.
	 * Two routes that exist at the same time are different even if their ids are equal.
	 */
	@SuppressWarnings("ReferenceEquality") // Routes are compared by identity: two routes
											// can be equal.
	private static Mono<Boolean> isSame(GatewayRoutes known, Route chosen, Route current) {
		if (chosen == current || !chosen.getId().equals(current.getId())) {
			return Mono.just(chosen == current);
		}
		return known.locator().getRoutes().any((route) -> route == current).map((present) -> !present);
	}

	private static Mono<Void> stay(WasmExchange wasm, ServerWebExchange exchange, GatewayFilterChain chain) {
		wasm.route().choose(wasm.route().choice());
		return chain.filter(exchange);
	}

	private Mono<Void> change(GatewayRoutes known, WasmExchange wasm, ServerWebExchange exchange, Route chosen,
			int place) {
		RouteChoice before = wasm.route().choice();
		if (before.changes() == MAX_CHANGES) {
			wasm.route().choose(before);
			if (this.tooManyChanges.isDue()) {
				logger.warn(
						"A request was answered with 508 because its filters changed its route more than"
								+ " {} times, the last time from '{}' to '{}'. Let one filter decide: filters on"
								+ " these routes revert each other's changes.",
						MAX_CHANGES, routeId(before), chosen.getId());
			}
			return LocalResponses.write(exchange, exchange.getResponse(), LocalResponse.of(508, "route_loop"));
		}
		List<GatewayFilter> rest = known.rest(chosen, place, wasm);
		wasm.route().choose(before.changedTo(chosen));
		return new RestOfChain(rest, 0).filter(exchange);
	}

	private static String routeId(RouteChoice choice) {
		Route route = choice.route();
		return (route != null) ? route.getId() : "";
	}

}
