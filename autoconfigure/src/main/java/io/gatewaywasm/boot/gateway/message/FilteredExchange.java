package io.gatewaywasm.boot.gateway.message;

import java.util.Map;

import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.ServerWebExchangeDecorator;

/**
 * An exchange with the request that a filter has changed and the response that filters
 * see. Spring's {@code mutate()} would add one decorator per filter, and every access to
 * an attribute would pass through all of them.
 */
public final class FilteredExchange extends ServerWebExchangeDecorator {

	private final ServerHttpRequest request;

	private final ServerHttpResponse response;

	private final Map<String, Object> attributes;

	private FilteredExchange(ServerWebExchange delegate, ServerHttpRequest request, ServerHttpResponse response) {
		super(delegate);
		this.request = request;
		this.response = response;
		this.attributes = delegate.getAttributes();
	}

	public static ServerWebExchange of(ServerWebExchange exchange, ServerHttpRequest request,
			ServerHttpResponse response) {
		ServerWebExchange behind = (exchange instanceof FilteredExchange filtered) ? filtered.getDelegate() : exchange;
		return new FilteredExchange(behind, request, response);
	}

	public static ServerWebExchange of(ServerWebExchange exchange, ServerHttpRequest request) {
		return of(exchange, request, exchange.getResponse());
	}

	@Override
	public ServerHttpRequest getRequest() {
		return this.request;
	}

	@Override
	public ServerHttpResponse getResponse() {
		return this.response;
	}

	@Override
	public Map<String, Object> getAttributes() {
		return this.attributes;
	}

}
