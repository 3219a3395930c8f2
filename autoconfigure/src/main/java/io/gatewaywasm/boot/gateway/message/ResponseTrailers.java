package io.gatewaywasm.boot.gateway.message;

import java.util.List;

import io.gatewaywasm.host.abi.HeaderList;
import io.gatewaywasm.host.abi.HeaderMap;
import io.gatewaywasm.host.abi.HeaderPair;
import reactor.netty.http.client.HttpClientResponse;
import reactor.netty.http.server.HttpServerResponse;

import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.AbstractServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.util.ClassUtils;
import org.springframework.web.server.ServerWebExchange;

/**
 * The trailers of a response on their way through the filters: those of the upstream, and
 * those that filters add at the end of a body.
 * <p>
 * Only Spring Cloud Gateway 5 passes trailers on. On older versions the upstream's
 * trailers are ignored, and trailers that filters add are dropped.
 */
public final class ResponseTrailers {

	/** Whether this version of the gateway supports trailers. */
	static final boolean SUPPORTED = ClassUtils.isPresent(
			"org.springframework.cloud.gateway.filter.headers.TrailerHeadersFilter",
			ResponseTrailers.class.getClassLoader());

	private final ServerWebExchange exchange;

	private final HeaderList pairs = new HeaderList();

	private boolean collected;

	private boolean dropped;

	public ResponseTrailers(ServerWebExchange exchange) {
		this.exchange = exchange;
	}

	/**
	 * Returns {@code false} if no trailers can follow the body of the upstream's
	 * response.
	 */
	public static boolean arePossible(ServerWebExchange exchange) {
		if (!SUPPORTED || !(exchange
			.getAttribute(ServerWebExchangeUtils.CLIENT_RESPONSE_ATTR) instanceof HttpClientResponse upstream)) {
			return false;
		}
		return upstream.version().majorVersion() > 1
				|| !upstream.responseHeaders().contains(HttpHeaders.CONTENT_LENGTH);
	}

	/**
	 * Returns whether there are trailers. The upstream's trailers are known only at the
	 * end of the body.
	 */
	public boolean arePresent() {
		collect();
		return size() > 0;
	}

	private void collect() {
		if (this.collected) {
			return;
		}
		this.collected = true;
		if (arePossible(this.exchange)) {
			HttpClientResponse upstream = this.exchange.getAttribute(ServerWebExchangeUtils.CLIENT_RESPONSE_ATTR);
			if (upstream != null) {
				// The trailers arrive before the end of the body is signalled, so this
				// subscription does not wait.
				upstream.trailerHeaders()
					.subscribe((trailers) -> trailers
						.forEach((trailer) -> this.pairs.add(trailer.getKey(), trailer.getValue())))
					.dispose();
			}
		}
	}

	/** Drops all trailers, because another response replaces the upstream's. */
	public void drop() {
		this.collected = true;
		this.dropped = true;
		this.pairs.replaceAll(List.of());
	}

	/**
	 * Sends the trailers after the body, if its framing allows trailers. They replace
	 * trailers set by other filters.
	 */
	public void send(ServerHttpResponse response) {
		if (!SUPPORTED && !this.dropped) {
			return;
		}
		ServerHttpResponse current = response;
		while (current instanceof ServerHttpResponseDecorator decorator) {
			current = decorator.getDelegate();
		}
		if (current instanceof AbstractServerHttpResponse spring
				&& spring.getNativeResponse() instanceof HttpServerResponse netty) {
			// Spring Cloud Gateway 4 ends every gRPC response from an upstream with the
			// upstream's status, or 0, in its trailers. These must not follow a local
			// response that has replaced the upstream's.
			List<HeaderPair> sent = SUPPORTED ? this.pairs.toList() : List.of();
			netty.trailerHeaders((trailers) -> sent.forEach((pair) -> {
				if (TrailerNames.isAllowed(pair.name())) {
					trailers.add(pair.name(), pair.value());
				}
			}));
		}
	}

	/** Returns a copy for the gateway's own filters. */
	public HttpHeaders toHttpHeaders() {
		HttpHeaders headers = new HttpHeaders();
		this.pairs.forEach((name, value) -> {
			if (TrailerNames.isAllowed(name)) {
				PortableHeaders.add(headers, name, value);
			}
		});
		return headers;
	}

	/**
	 * Returns the trailers known so far, for filters to read and change. Names that are
	 * not allowed in trailers can be added but are not sent.
	 */
	public HeaderMap headers() {
		return this.pairs;
	}

	public int size() {
		return this.pairs.size();
	}

}
