package io.gatewaywasm.boot.actuate.web;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

import io.gatewaywasm.boot.actuate.WasmEndpoint;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.boot.actuate.autoconfigure.endpoint.web.CorsEndpointProperties;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.PathContainer;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.reactive.CorsUtils;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * Rejects writes to {@link WasmEndpoint} that originate from a web page of another
 * origin. A browser posts such a form without asking for permission, and it may run
 * inside the network that can reach the endpoint. Clients other than browsers send
 * neither {@code Origin} nor {@code Sec-Fetch-Site} and are not affected. Origins that
 * the actuator's CORS configuration allows can write.
 *
 * @since 0.1.0
 */
public final class ForeignOriginFilter implements WebFilter, Ordered {

	private static final String SEC_FETCH_SITE = "Sec-Fetch-Site";

	/** Values of {@code Sec-Fetch-Site} for requests that no other origin has caused. */
	private static final Set<String> OWN_SITE = Set.of("same-origin", "none");

	private static final Set<HttpMethod> READS = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

	private static final String REFUSED = "Writes from other origins are rejected."
			+ " To allow an origin, set 'management.endpoints.web.cors'.";

	private final Supplier<@Nullable String> path;

	private final Supplier<@Nullable CorsEndpointProperties> cors;

	/**
	 * Creates a filter.
	 * @param path returns the path of the endpoint, or {@code null} if it is not exposed
	 * @param cors returns the CORS configuration of the actuator, or {@code null} if
	 * there is none
	 */
	public ForeignOriginFilter(Supplier<@Nullable String> path, Supplier<@Nullable CorsEndpointProperties> cors) {
		this.path = path;
		this.cors = cors;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		ServerHttpRequest request = exchange.getRequest();
		if (READS.contains(request.getMethod()) || !isForeign(request) || !isEndpoint(request)
				|| isAllowed(request.getHeaders())) {
			return chain.filter(exchange);
		}
		ServerHttpResponse response = exchange.getResponse();
		response.setStatusCode(HttpStatus.FORBIDDEN);
		response.getHeaders().setContentType(MediaType.TEXT_PLAIN);
		Mono<Void> written = response.writeWith(
				Mono.fromSupplier(() -> response.bufferFactory().wrap(REFUSED.getBytes(StandardCharsets.UTF_8))));
		// A response on another thread avoids a case where Reactor Netty stops reading
		// the connection
		// (reactor-netty#4361).
		return written.subscribeOn(Schedulers.parallel());
	}

	/** Matches paths as the actuator's own handlers do, including encoded characters. */
	private boolean isEndpoint(ServerHttpRequest request) {
		String path = this.path.get();
		PathContainer requested = request.getPath().pathWithinApplication();
		return path != null && PathPatternParser.defaultInstance.parse(path + "/**").matches(requested);
	}

	private static boolean isForeign(ServerHttpRequest request) {
		String site = request.getHeaders().getFirst(SEC_FETCH_SITE);
		if ((site != null && !OWN_SITE.contains(site))
				|| !OWN_SITE.containsAll(request.getHeaders().getValuesAsList(SEC_FETCH_SITE))) {
			return true;
		}
		try {
			return request.getHeaders().getValuesAsList(HttpHeaders.ORIGIN).size() > 1
					|| CorsUtils.isCorsRequest(request);
		}
		catch (IllegalArgumentException ex) {
			// The origin is not a URL.
			return true;
		}
	}

	private boolean isAllowed(HttpHeaders headers) {
		CorsEndpointProperties properties = this.cors.get();
		CorsConfiguration configuration = (properties != null) ? properties.toCorsConfiguration() : null;
		List<String> origins = headers.getValuesAsList(HttpHeaders.ORIGIN);
		return configuration != null && origins.size() == 1 && configuration.checkOrigin(origins.get(0)) != null;
	}

	/** Runs before all filters that read the body. */
	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE + 10;
	}

}
