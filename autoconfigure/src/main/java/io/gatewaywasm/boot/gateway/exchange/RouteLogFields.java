package io.gatewaywasm.boot.gateway.exchange;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

import io.micrometer.observation.Observation;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.web.server.ServerWebExchange;

/**
 * The logging context of guests' log lines: the route, the request, and the trace and
 * span ids that the application's tracer logs. Every tracer puts them into the logging
 * context when the scope of an observation is opened.
 */
final class RouteLogFields {

	private static final String[] KEYS = { "traceId", "spanId" };

	private RouteLogFields() {
	}

	/**
	 * Returns the logging context. If {@code observation} is {@code null}, the ids are
	 * those of the request.
	 */
	static Map<String, String> of(ServerWebExchange exchange, @Nullable Observation observation) {
		Map<String, String> context = new HashMap<>();
		Route route = exchange.getAttribute(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR);
		context.put("route", (route != null) ? route.getId() : "");
		context.put("request", Objects.requireNonNull(exchange.getRequest().getId()));
		addIds(context, (observation != null) ? observation : StreamObservations.ofRequest(exchange));
		return context;
	}

	private static void addIds(Map<String, String> context, @Nullable Observation observation) {
		if (observation == null || observation.isNoop()) {
			return;
		}
		try (Observation.Scope scope = observation.openScope()) {
			for (String key : KEYS) {
				String id = MDC.get(key);
				if (id != null && !scope.isNoop()) {
					context.put(key, id);
				}
			}
		}
	}

}
