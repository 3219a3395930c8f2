package io.gatewaywasm.boot.gateway;

import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

import org.springframework.http.server.reactive.AbstractServerHttpRequest;
import org.springframework.http.server.reactive.AbstractServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.util.ClassUtils;

/**
 * Netty's headers behind Spring's. To count or list headers, Spring's view makes a set of
 * the names and a list for each, which takes longer than all of a small filter; Netty
 * knows their number. Only where Spring's headers are nothing but that view: a request
 * that was mutated or decorated has others.
 */
final class NettyHeaders {

	private static final @Nullable Class<?> REQUEST = type("ReactorServerHttpRequest");

	private static final @Nullable Class<?> RESPONSE = type("ReactorServerHttpResponse");

	private NettyHeaders() {
	}

	private static @Nullable Class<?> type(String name) {
		String type = ServerHttpRequest.class.getPackageName() + "." + name;
		ClassLoader loader = ServerHttpRequest.class.getClassLoader();
		return ClassUtils.isPresent(type, loader) ? ClassUtils.resolveClassName(type, loader) : null;
	}

	/**
	 * Return the headers of a request.
	 * @param request the request
	 * @return the headers, not to be changed, or {@code null} if they are not as Netty
	 * has received them
	 */
	static @Nullable HttpHeaders of(ServerHttpRequest request) {
		ServerHttpRequest received = (request instanceof FramedRequest framed) ? framed.getDelegate() : request;
		return (received.getClass() == REQUEST && received instanceof AbstractServerHttpRequest ours
				&& ours.getNativeRequest() instanceof HttpServerRequest netty) ? netty.requestHeaders() : null;
	}

	/**
	 * Return the headers of a response.
	 * @param response the response
	 * @return the headers, not to be changed, or {@code null} if they are not those that
	 * Netty is going to send
	 */
	static @Nullable HttpHeaders of(ServerHttpResponse response) {
		return (response.getClass() == RESPONSE && response instanceof AbstractServerHttpResponse ours
				&& ours.getNativeResponse() instanceof HttpServerResponse netty) ? netty.responseHeaders() : null;
	}

}
