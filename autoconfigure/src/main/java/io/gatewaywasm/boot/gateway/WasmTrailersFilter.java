package io.gatewaywasm.boot.gateway;

import io.gatewaywasm.boot.gateway.exchange.WasmExchange;
import io.gatewaywasm.boot.gateway.message.ResponseTrailers;
import org.jspecify.annotations.Nullable;

import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.cloud.gateway.filter.headers.TrailerHeadersFilter;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;

/**
 * Sends the trailers of a response as the route's Wasm filters left them. The filters
 * have run by then, because they see the trailers after the body.
 * {@link TrailerHeadersFilter} exists only in Spring Cloud Gateway 5.
 */
public final class WasmTrailersFilter implements HttpHeadersFilter, TrailerHeadersFilter, Ordered {

	@Override
	public HttpHeaders trailers(@Nullable HttpHeaders input, ServerWebExchange exchange) {
		WasmExchange wasm = WasmExchange.of(exchange);
		ResponseTrailers trailers = (wasm != null) ? wasm.trailers() : null;
		if (trailers != null) {
			return trailers.toHttpHeaders();
		}
		return (input != null) ? input : new HttpHeaders();
	}

	@Override
	public HttpHeaders filter(HttpHeaders input, ServerWebExchange exchange) {
		return input;
	}

	@Override
	public boolean supports(Type type) {
		return false;
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

}
