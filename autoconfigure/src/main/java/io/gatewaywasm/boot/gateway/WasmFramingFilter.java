package io.gatewaywasm.boot.gateway;

import io.gatewaywasm.boot.gateway.body.MessageBody;
import io.gatewaywasm.boot.gateway.exchange.WasmExchange;
import io.gatewaywasm.boot.gateway.message.Framing;
import io.gatewaywasm.boot.gateway.message.HopByHop;
import io.gatewaywasm.boot.gateway.message.PortableHeaders;

import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;

/**
 * Sets the framing headers of requests to the upstream on routes with Wasm filters,
 * whatever filters have written to them. It runs after the gateway's own header filters,
 * immediately before the request is sent, and records that time. If a filter of the
 * application has replaced the body, that filter's framing is kept.
 */
public final class WasmFramingFilter implements HttpHeadersFilter, Ordered {

	@Override
	@SuppressWarnings("ReferenceEquality") // Compared by identity: a copy has equal
											// headers.
	public HttpHeaders filter(HttpHeaders input, ServerWebExchange exchange) {
		WasmExchange wasm = WasmExchange.of(exchange);
		if (wasm == null) {
			return input;
		}
		refuseTunnel(exchange);
		MessageBody body = Framing.of(exchange.getRequest(), wasm.requestFacts().body());
		HttpHeaders received = exchange.getRequest().getHeaders();
		String method = exchange.getRequest().getMethod().name();
		wasm.upstreamCall().requested(exchange.getAttribute(ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR));
		boolean trailers = acceptsTrailers(received) && wasm.framing().keepsTrailers();
		// If no filter has copied the headers, a name can occur twice in different case.
		if (!trailers && input != received && Framing.isOutgoing(input, method, body)) {
			return input;
		}
		HttpHeaders outgoing = Framing.outgoing(input, method, body);
		if (trailers) {
			// The gateway's hop-by-hop filter removes the whole header.
			PortableHeaders.set(outgoing, HttpHeaders.TE, "trailers");
		}
		return outgoing;
	}

	private static boolean acceptsTrailers(HttpHeaders headers) {
		for (String value : PortableHeaders.values(headers, HttpHeaders.TE)) {
			if (HopByHop.acceptsTrailers(value)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Refuses CONNECT, from the client or from a filter. The gateway makes no tunnels,
	 * but Netty takes a successful response for the beginning of one, and the next
	 * request on the pooled connection would never be answered.
	 */
	private static void refuseTunnel(ServerWebExchange exchange) {
		if (exchange.getRequest().getMethod().name().equalsIgnoreCase("CONNECT")) {
			throw new ResponseStatusException(HttpStatus.NOT_IMPLEMENTED, "The gateway does not support CONNECT");
		}
	}

	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

}
