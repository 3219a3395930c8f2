package io.gatewaywasm.boot.gateway.message;

import org.jspecify.annotations.Nullable;
import reactor.netty.Connection;
import reactor.netty.http.server.HttpServerRequest;

import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.http.server.reactive.AbstractServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;

/**
 * Finds Reactor Netty's requests and connections behind Spring's requests and exchanges.
 */
public final class NativeConnection {

	private NativeConnection() {
	}

	/** Returns Reactor Netty's request, or {@code null} on another server. */
	public static @Nullable HttpServerRequest request(ServerHttpRequest request) {
		ServerHttpRequest current = request;
		while (current instanceof ServerHttpRequestDecorator decorator) {
			current = decorator.getDelegate();
		}
		if (!(current instanceof AbstractServerHttpRequest)) {
			return null;
		}
		try {
			Object nativeRequest = ((AbstractServerHttpRequest) current).getNativeRequest();
			return (nativeRequest instanceof HttpServerRequest server) ? server : null;
		}
		catch (IllegalStateException ex) {
			// The request is a mock.
			return null;
		}
	}

	/** Returns the client's connection, or {@code null} on another server. */
	public static @Nullable Connection of(ServerHttpRequest request) {
		return (request(request) instanceof Connection connection) ? connection : null;
	}

	/**
	 * Returns the connection to the upstream, or {@code null} if the upstream has not
	 * responded.
	 */
	public static @Nullable Connection ofUpstream(ServerWebExchange exchange) {
		return (exchange.getAttribute(ServerWebExchangeUtils.CLIENT_RESPONSE_CONN_ATTR) instanceof Connection known)
				? known : null;
	}

}
