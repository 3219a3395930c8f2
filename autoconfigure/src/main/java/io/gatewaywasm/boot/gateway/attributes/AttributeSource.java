package io.gatewaywasm.boot.gateway.attributes;

import java.time.Instant;
import java.util.List;

import io.gatewaywasm.boot.gateway.message.RequestHeaderMap;
import io.gatewaywasm.host.abi.HeaderMap;
import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.abi.MapType;
import io.gatewaywasm.host.spi.RouteUpstream;
import org.jspecify.annotations.Nullable;

import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;

/**
 * The source of attributes: an exchange as one filter sees it.
 */
public interface AttributeSource {

	/** Returns the exchange as it reached the first filter. */
	ServerWebExchange exchange();

	ExchangeFacts facts();

	/** Returns the request as it reached this filter. */
	ServerHttpRequest request();

	/** Returns the request headers as the guest left them. */
	RequestHeaderMap requestHeaders();

	/** Returns whether the response phases have begun. */
	boolean hasResponse();

	/** Returns the response without the decorators of this library. */
	ServerHttpResponse response();

	/**
	 * Returns the status of the response, without changes that filters have made and that
	 * are not sent yet.
	 */
	int responseCode();

	/** Returns the headers or trailers, or {@code null} if they do not exist yet. */
	@Nullable HeaderMap headers(MapType type);

	/**
	 * Returns the name that the guest sees as the cluster of its route: host and port, or
	 * the service name. {@code null} without either.
	 */
	@Nullable String cluster();

	/** Returns the upstream of the route, or {@code null} before a route is chosen. */
	@Nullable RouteUpstream routeUpstream();

	/** Returns the hosts of the upstream, if they were looked up. */
	List<HeaderPair> upstreamHosts();

	/** Returns the time at which the stream ended, or {@code null} before its end. */
	@Nullable Instant endedAt();

}
