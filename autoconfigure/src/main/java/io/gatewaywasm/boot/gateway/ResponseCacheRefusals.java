package io.gatewaywasm.boot.gateway;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.gatewaywasm.boot.plugin.PluginHandle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;

/**
 * Refuses requests that the gateway's local response cache could answer ahead of a
 * plugin, and logs that once for each route.
 */
final class ResponseCacheRefusals {

	static final String REASON = "The gateway's local response cache would answer requests of this route"
			+ " before the filter has seen them";

	private static final Logger logger = LoggerFactory.getLogger(ResponseCacheRefusals.class);

	private static final String ATTRIBUTE = ResponseCacheRefusals.class.getName();

	private final Set<String> reported = ConcurrentHashMap.newKeySet();

	/**
	 * Refuses the exchange, whose route has a cache, when it reaches a plugin that does
	 * not allow one.
	 */
	void onReaching(ServerWebExchange exchange) {
		exchange.getAttributes().put(ATTRIBUTE, this);
	}

	/**
	 * Returns the refusal of an exchange that has reached a plugin, or {@code null}. A
	 * filter of the application has called the plugin, so nothing could refuse the
	 * exchange earlier. The refusal prevents that the cache gets a response for the next
	 * request, which would not reach the plugin.
	 */
	static @Nullable Mono<Void> refusal(ServerWebExchange exchange, PluginHandle plugin) {
		ResponseCacheRefusals refusals = exchange.getAttribute(ATTRIBUTE);
		if (refusals == null || plugin.definition().messages().allowResponseCache()) {
			return null;
		}
		return refusals.refuse(exchange.getRequiredAttribute(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR));
	}

	/** Forgets the routes that do not exist any more. */
	void retainReported(Set<String> routes) {
		this.reported.retainAll(routes);
	}

	Mono<Void> refuse(Route route) {
		if (this.reported.add(route.getId())) {
			logger.error(
					"Requests of route '{}' are answered with 503. {}. If the cache may do so, set 'allow-response-cache' on the plugin.",
					route.getId(), REASON);
		}
		return Mono.error(new ResponseStatusException(HttpStatus.SERVICE_UNAVAILABLE, REASON));
	}

}
