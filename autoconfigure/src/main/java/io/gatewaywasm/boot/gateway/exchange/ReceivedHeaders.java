package io.gatewaywasm.boot.gateway.exchange;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.gatewaywasm.boot.gateway.message.BodyHeaders;
import io.gatewaywasm.boot.gateway.message.PortableHeaders;

import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;

/**
 * Removes headers from a response that is replaced: those that the upstream sent, and
 * those that describe the body.
 */
final class ReceivedHeaders {

	private ReceivedHeaders() {
	}

	/** Removes the headers because another response replaces the one of the upstream. */
	static void remove(ServerWebExchange exchange, ServerHttpResponse response) {
		Set<?> names = exchange.getAttribute(ServerWebExchangeUtils.CLIENT_RESPONSE_HEADER_NAMES);
		List<String> removed = new ArrayList<>(BodyHeaders.ALL);
		if (names != null) {
			names.forEach((name) -> removed.add(String.valueOf(name)));
		}
		PortableHeaders.removeAll(response.getHeaders(), removed);
	}

	/**
	 * Removes all that is left of a response that has not been sent. If it did not come
	 * from an upstream, its headers cannot be distinguished from others, so all of them
	 * are removed.
	 */
	static void drop(ServerWebExchange exchange, ServerHttpResponse response) {
		if (exchange.getAttribute(ServerWebExchangeUtils.CLIENT_RESPONSE_HEADER_NAMES) != null) {
			remove(exchange, response);
		}
		else {
			clear(response);
		}
		// The status of a response that sets none
		response.setStatusCode(HttpStatus.SERVICE_UNAVAILABLE);
	}

	/** Removes all headers and cookies. */
	static void clear(ServerHttpResponse response) {
		response.getHeaders().clear();
		Map<String, ?> cookies = response.getCookies();
		cookies.clear();
	}

}
