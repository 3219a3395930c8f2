package io.gatewaywasm.boot.gateway;

import java.util.List;
import java.util.function.Supplier;

import io.gatewaywasm.boot.gateway.exchange.ErrorResponses;
import io.gatewaywasm.boot.gateway.exchange.FilteredChain;
import io.gatewaywasm.boot.gateway.exchange.WasmExchange;
import io.gatewaywasm.boot.gateway.exchange.WasmExchange.UnreachedFilters;
import io.gatewaywasm.boot.plugin.PluginHandle;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.handler.FilteringWebHandler;
import org.springframework.cloud.gateway.handler.RoutePredicateHandlerMapping;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.web.cors.reactive.CorsUtils;
import org.springframework.web.reactive.DispatcherHandler;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebHandler;

/**
 * Runs plugins before a route is chosen, then chooses a route for the request as the
 * plugins left it. {@link BeforeRoutingMapping} maps requests to this handler.
 * <p>
 * A guest can redirect a request to any route. It can redirect a request to a handler of
 * the application only if method and path are unchanged: the application's filters, such
 * as Spring Security, have already decided on the client's path.
 */
public final class BeforeRouting implements WebHandler {

	private static final String BEGUN = BeforeRouting.class.getName();

	private final List<WasmGatewayFilter> filters;

	private final HandlerPaths handlers;

	private final UnreachedFilters unreached;

	private final ErrorResponses errors;

	private final RoutePredicateHandlerMapping routes;

	private final Supplier<DispatcherHandler> dispatcher;

	/**
	 * Creates the handler. {@code beans} provides error handling and the dispatcher for
	 * requests that match no route.
	 */
	public BeforeRouting(WasmGatewayFilterFactory factory, List<String> plugins, HandlerPaths handlers,
			RoutePredicateHandlerMapping routes, BeanFactory beans) {
		this.filters = plugins.stream().map(factory::beforeRouting).toList();
		this.unreached = factory.unreached();
		this.handlers = handlers;
		this.errors = new ErrorResponses(beans);
		this.routes = routes;
		this.dispatcher = SingletonSupplier.of(() -> beans.getBean(DispatcherHandler.class));
	}

	List<PluginHandle> handles() {
		return this.filters.stream().map(WasmGatewayFilter::handle).toList();
	}

	/** Returns whether the plugins have run. */
	static boolean hasBegun(ServerWebExchange exchange) {
		return exchange.getAttribute(BEGUN) != null;
	}

	/**
	 * Returns whether the plugins need not run, because a forward brings the request
	 * back. They run again if a filter of the application runs the chain once more.
	 */
	static boolean isInside(ServerWebExchange exchange) {
		return hasBegun(exchange) && WasmExchange.running(exchange) != null;
	}

	/**
	 * Returns whether the request's path is one of those configured as the application's
	 * own.
	 */
	boolean isForHandlers(ServerWebExchange exchange) {
		return this.handlers.contain(exchange);
	}

	@Override
	public Mono<Void> handle(ServerWebExchange exchange) {
		exchange.getAttributes().put(BEGUN, true);
		return Mono.deferContextual((context) -> {
			// Observations take their parent from this attribute. The gateway sets it
			// only when it looks up a route.
			exchange.getAttributes().put(ServerWebExchangeUtils.GATEWAY_REACTOR_CONTEXT_ATTR, context);
			// Set by an earlier run of the chain
			exchange.getAttributes().remove(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR);
			return FilteredChain.around(exchange, this.errors, FilterState.VALUES, this.unreached,
					(received) -> run(0, received, (changed) -> route(received, changed)));
		});
	}

	private Mono<Void> run(int index, ServerWebExchange exchange, GatewayFilterChain chain) {
		return (index == this.filters.size()) ? chain.filter(exchange)
				: this.filters.get(index).filter(exchange, (changed) -> run(index + 1, changed, chain));
	}

	private Mono<Void> route(ServerWebExchange received, ServerWebExchange changed) {
		boolean unchanged = isSame(received.getRequest(), changed.getRequest());
		if (unchanged && isForHandlers(changed)) {
			return dispatch(changed);
		}
		return this.routes.getHandler(changed).singleOptional().flatMap((handler) -> {
			if (handler.isPresent()) {
				return handle(handler.get(), changed);
			}
			return unchanged ? dispatch(changed) : Mono.error(new ResponseStatusException(HttpStatus.NOT_FOUND));
		});
	}

	private static boolean isSame(ServerHttpRequest received, ServerHttpRequest changed) {
		return received.getMethod().equals(changed.getMethod())
				&& received.getURI().getRawPath().equals(changed.getURI().getRawPath());
	}

	private static Mono<Void> handle(Object handler, ServerWebExchange exchange) {
		WebHandler unanswered = WasmPreflightFilter.unanswered(exchange);
		if (unanswered != null) {
			return unanswered.handle(exchange);
		}
		return (handler instanceof FilteringWebHandler routes) ? routes.handle(exchange)
				: exchange.getResponse().setComplete();
	}

	/** Hands the request to the application's other handlers. */
	private Mono<Void> dispatch(ServerWebExchange exchange) {
		Mono<Void> handled = this.dispatcher.get().handle(exchange);
		return !CorsUtils.isPreFlightRequest(exchange.getRequest()) ? handled
				: handled.then(Mono.defer(() -> answer(exchange)));
	}

	private static Mono<Void> answer(ServerWebExchange preflight) {
		WebHandler unanswered = WasmPreflightFilter.unanswered(preflight);
		return (unanswered != null) ? unanswered.handle(preflight) : preflight.getResponse().setComplete();
	}

}
