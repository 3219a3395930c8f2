package io.gatewaywasm.demo;

import java.net.URI;
import java.util.Locale;

import reactor.core.publisher.Mono;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

/**
 * Records requests when they reach the gateway.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
final class ArrivalFilter implements WebFilter {

	private final RecordedExchanges exchanges;

	ArrivalFilter(RecordedExchanges exchanges) {
		this.exchanges = exchanges;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		String id = exchange.getRequest().getHeaders().getFirst(RecordedExchanges.ID_HEADER);
		if (id != null) {
			this.exchanges.arrived(id, describe(exchange.getRequest()));
		}
		return chain.filter(exchange);
	}

	private static RecordedRequest describe(ServerHttpRequest request) {
		URI uri = request.getURI();
		String path = (uri.getRawQuery() != null) ? uri.getRawPath() + "?" + uri.getRawQuery() : uri.getRawPath();
		return new RecordedRequest(request.getMethod().name(), path,
				request.getHeaders()
					.headerSet()
					.stream()
					.flatMap((header) -> header.getValue()
						.stream()
						.map((value) -> new RecordedHeader(header.getKey().toLowerCase(Locale.ROOT), value)))
					.toList(),
				"");
	}

}
