package io.gatewaywasm.boot.gateway;

import java.util.List;
import java.util.Locale;
import java.util.Set;

import io.gatewaywasm.host.abi.FramingHeaders;
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
 * The trailers of a response on their way through the filters of its exchange: those of
 * the upstream, and those that filters add at the end of a body.
 *
 * <p>
 * Only Spring Cloud Gateway 5 passes trailers on. On an older line the upstream's are not
 * looked at, and what filters add is dropped.
 */
final class ResponseTrailers {

	/** Whether this gateway has trailers at all. */
	static final boolean SUPPORTED = ClassUtils.isPresent(
			"org.springframework.cloud.gateway.filter.headers.TrailerHeadersFilter",
			ResponseTrailers.class.getClassLoader());

	/**
	 * What HTTP forbids in trailers, and Reactor Netty refuses to send (RFC 9110, section
	 * 6.5.1).
	 */
	private static final Set<String> FORBIDDEN = Set.of("age", "cache-control", "content-encoding", "content-length",
			"content-range", "content-type", "date", "expires", "host", "location", "retry-after", "set-cookie",
			"trailer", "transfer-encoding", "vary", "warning");

	private final ServerWebExchange exchange;

	private final HeaderList pairs = new HeaderList();

	private boolean collected;

	private boolean dropped;

	ResponseTrailers(ServerWebExchange exchange) {
		this.exchange = exchange;
	}

	/**
	 * Return whether trailers may follow the body of the upstream's response.
	 * @param exchange the exchange
	 * @return {@code false} if it is certain that there are none
	 */
	static boolean arePossible(ServerWebExchange exchange) {
		if (!SUPPORTED || !(exchange
			.getAttribute(ServerWebExchangeUtils.CLIENT_RESPONSE_ATTR) instanceof HttpClientResponse upstream)) {
			return false;
		}
		return upstream.version().majorVersion() > 1
				|| !upstream.responseHeaders().contains(HttpHeaders.CONTENT_LENGTH);
	}

	/**
	 * Return whether there are trailers. To be asked when the body is at its end, since
	 * the upstream's are known then.
	 * @return whether the upstream has sent some, or a filter has added some
	 */
	boolean arePresent() {
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
				// They are there before the end of the body is, or there are none.
				upstream.trailerHeaders()
					.subscribe((trailers) -> trailers
						.forEach((trailer) -> this.pairs.add(trailer.getKey(), trailer.getValue())))
					.dispose();
			}
		}
	}

	/**
	 * Another response takes the place of the upstream's, whose trailers go with it.
	 */
	void drop() {
		this.collected = true;
		this.dropped = true;
		this.pairs.replaceAll(List.of());
	}

	/**
	 * Have the trailers sent behind the body, which takes a framing that allows them.
	 * Takes the place of trailers that others wanted to send.
	 * @param response the response
	 */
	void send(ServerHttpResponse response) {
		if (!SUPPORTED && !this.dropped) {
			return;
		}
		ServerHttpResponse current = response;
		while (current instanceof ServerHttpResponseDecorator decorator) {
			current = decorator.getDelegate();
		}
		if (current instanceof AbstractServerHttpResponse spring
				&& spring.getNativeResponse() instanceof HttpServerResponse netty) {
			// Spring Cloud Gateway 4 ends every gRPC response that has come from an
			// upstream with its status there or 0, which must not follow a reply in
			// its place.
			List<HeaderPair> sent = SUPPORTED ? this.pairs.toList() : List.of();
			netty.trailerHeaders((trailers) -> sent.forEach((pair) -> {
				if (isAllowed(pair.name())) {
					trailers.add(pair.name(), pair.value());
				}
			}));
		}
	}

	private static boolean isAllowed(String name) {
		return !name.startsWith(":") && !FramingHeaders.owns(name)
				&& !FORBIDDEN.contains(name.toLowerCase(Locale.ROOT));
	}

	/**
	 * Return the trailers for the gateway's own filters.
	 * @return a copy
	 */
	HttpHeaders toHttpHeaders() {
		HttpHeaders headers = new HttpHeaders();
		this.pairs.forEach((name, value) -> {
			if (isAllowed(name)) {
				PortableHeaders.add(headers, name, value);
			}
		});
		return headers;
	}

	/**
	 * Return the trailers as filters read and change them. Some names that a filter may
	 * add here are not sent.
	 * @return the trailers that are known so far
	 */
	HeaderMap headers() {
		return this.pairs;
	}

	/**
	 * Return how many trailers are known so far.
	 * @return the number of pairs
	 */
	int size() {
		return this.pairs.size();
	}

}
