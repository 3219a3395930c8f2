package io.gatewaywasm.boot.gateway;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiConsumer;

import io.gatewaywasm.host.abi.HeaderMap;
import io.gatewaywasm.host.abi.HeaderPair;
import org.jspecify.annotations.Nullable;
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
final class ResponseTrailers implements HeaderMap {

	/** Whether this gateway has trailers at all. */
	static final boolean SUPPORTED = ClassUtils.isPresent(
			"org.springframework.cloud.gateway.filter.headers.TrailerHeadersFilter",
			ResponseTrailers.class.getClassLoader());

	/**
	 * What HTTP forbids in trailers, and Reactor Netty refuses to send (RFC 9110, section
	 * 6.5.1).
	 */
	private static final Set<String> FORBIDDEN = Set.of("age", "cache-control", "content-encoding", "content-length",
			"content-range", "content-type", "date", "expires", "location", "retry-after", "trailer",
			"transfer-encoding", "vary", "warning");

	private final ServerWebExchange exchange;

	private final List<HeaderPair> pairs = new ArrayList<>(2);

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
		return !this.pairs.isEmpty();
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
					.subscribe((trailers) -> trailers.forEach((trailer) -> add(trailer.getKey(), trailer.getValue())))
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
		this.pairs.clear();
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
			// upstream
			// with its status there or 0, which must not follow a reply in its place.
			List<HeaderPair> sent = SUPPORTED ? List.copyOf(this.pairs) : List.of();
			netty.trailerHeaders((trailers) -> sent.forEach((pair) -> {
				if (isAllowed(pair.name())) {
					trailers.add(pair.name(), pair.value());
				}
			}));
		}
	}

	private static boolean isAllowed(String name) {
		return !name.startsWith(":") && !FORBIDDEN.contains(name.toLowerCase(Locale.ROOT));
	}

	/**
	 * Return the trailers for the gateway's own filters.
	 * @return a copy
	 */
	HttpHeaders toHttpHeaders() {
		HttpHeaders headers = new HttpHeaders();
		this.pairs.forEach((pair) -> {
			if (isAllowed(pair.name())) {
				PortableHeaders.add(headers, pair.name(), pair.value());
			}
		});
		return headers;
	}

	@Override
	public int size() {
		return this.pairs.size();
	}

	@Override
	public @Nullable String get(String name) {
		for (HeaderPair pair : this.pairs) {
			if (pair.name().equalsIgnoreCase(name)) {
				return pair.value();
			}
		}
		return null;
	}

	@Override
	public void forEach(BiConsumer<String, String> visitor) {
		List.copyOf(this.pairs).forEach((pair) -> visitor.accept(pair.name(), pair.value()));
	}

	@Override
	public void add(String name, String value) {
		this.pairs.add(new HeaderPair(name, value));
	}

	@Override
	public void set(String name, String value) {
		remove(name);
		add(name, value);
	}

	@Override
	public void remove(String name) {
		this.pairs.removeIf((pair) -> pair.name().equalsIgnoreCase(name));
	}

	@Override
	public void replaceAll(List<HeaderPair> all) {
		this.pairs.clear();
		this.pairs.addAll(all);
	}

}
