package io.gatewaywasm.boot.gateway;

import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;

/**
 * Frames the requests of routes with Wasm filters when their headers leave for the
 * upstream, whatever filters have written there. Runs behind the gateway's own filters of
 * headers. A body that a filter of the application has put there is framed as that filter
 * says.
 */
public final class WasmFramingFilter implements HttpHeadersFilter, Ordered {

	@Override
	public HttpHeaders filter(HttpHeaders input, ServerWebExchange exchange) {
		WasmExchange wasm = WasmExchange.of(exchange);
		if (wasm == null) {
			return input;
		}
		MessageBody body = Framing.of(exchange.getRequest(), wasm.request().body());
		return Framing.outgoing(input, exchange.getRequest().getMethod().name(), body);
	}

	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

}
