package io.gatewaywasm.boot.gateway;

import org.jspecify.annotations.Nullable;
import reactor.netty.Connection;
import reactor.netty.http.server.HttpServerRequest;

import org.springframework.http.server.reactive.AbstractServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;

/**
 * Looks through Spring's request to Reactor Netty's.
 */
final class NativeConnection {

	private NativeConnection() {
	}

	/**
	 * Return Reactor Netty's request.
	 * @param request the request
	 * @return the native request, or {@code null} if another server serves it
	 */
	static @Nullable HttpServerRequest request(ServerHttpRequest request) {
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
			// A mock.
			return null;
		}
	}

	/**
	 * Return the client's connection.
	 * @param request the request
	 * @return the connection, or {@code null} if another server serves it
	 */
	static @Nullable Connection of(ServerHttpRequest request) {
		return (request(request) instanceof Connection connection) ? connection : null;
	}

}
