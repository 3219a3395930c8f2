package io.gatewaywasm.boot.gateway.exchange;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import reactor.util.context.ContextView;

import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.web.server.ServerWebExchange;

/**
 * Creates an observation {@code wasm.filter} for each stream, as a child of the request's
 * observation. A trace then shows how long the exchange was in a filter.
 */
public final class StreamObservations {

	/** The name of the observations. */
	public static final String NAME = "wasm.filter";

	/** Micrometer's key for the observation in Reactor's context. */
	private static final String KEY = "micrometer.observation";

	private final ObservationRegistry registry;

	public StreamObservations(ObservationRegistry registry) {
		this.registry = registry;
	}

	public StreamObservation start(ServerWebExchange exchange, String plugin) {
		Observation observation = Observation.createNotStarted(NAME, this.registry)
			.contextualName("wasm " + plugin)
			.lowCardinalityKeyValue("plugin", plugin);
		Route route = exchange.getAttribute(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR);
		if (route != null) {
			observation.highCardinalityKeyValue("route", route.getId());
		}
		Observation request = ofRequest(exchange);
		if (request != null) {
			observation.parentObservation(request);
		}
		return new StreamObservation(observation.start());
	}

	/**
	 * Returns the observation of a request, or {@code null} if requests are not observed.
	 */
	static @Nullable Observation ofRequest(ServerWebExchange exchange) {
		Object context = exchange.getAttribute(ServerWebExchangeUtils.GATEWAY_REACTOR_CONTEXT_ATTR);
		return (context instanceof ContextView view && view.getOrDefault(KEY, null) instanceof Observation observation)
				? observation : null;
	}

}
