package io.gatewaywasm.boot.gateway.message;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

import org.springframework.http.server.reactive.AbstractServerHttpRequest;
import org.springframework.http.server.reactive.AbstractServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.util.ClassUtils;

/**
 * Finds Netty's headers behind Spring's. Spring's view is slow to count or list headers:
 * it creates a set of names and a list for each name, which takes longer than a small
 * filter. It also groups headers by name, while Netty keeps them in the order of the
 * message. Netty's headers are used only if Spring's headers are a plain view of them; a
 * request that was mutated or decorated has its own headers.
 */
final class NettyHeaders {

	private static final @Nullable Class<?> REQUEST = type("ReactorServerHttpRequest");

	private static final @Nullable Class<?> RESPONSE = type("ReactorServerHttpResponse");

	private static final int MAX_COMPARED = 64;

	private NettyHeaders() {
	}

	private static @Nullable Class<?> type(String name) {
		String type = ServerHttpRequest.class.getPackageName() + "." + name;
		ClassLoader loader = ServerHttpRequest.class.getClassLoader();
		return ClassUtils.isPresent(type, loader) ? ClassUtils.resolveClassName(type, loader) : null;
	}

	/**
	 * Returns the headers of a request, read-only, or {@code null} if they may differ
	 * from those that Netty received.
	 */
	static @Nullable HttpHeaders of(ServerHttpRequest request) {
		ServerHttpRequest received = (request instanceof FramedRequest framed) ? framed.withSameHeaders() : request;
		return (received.getClass() == REQUEST && received instanceof AbstractServerHttpRequest ours
				&& ours.getNativeRequest() instanceof HttpServerRequest netty) ? netty.requestHeaders() : null;
	}

	/**
	 * Returns all values of a header. Netty's constants have their hash code, and Netty
	 * would create a linked list even for an absent header.
	 */
	static List<String> values(HttpHeaders headers, AsciiString name) {
		Iterator<String> values = headers.valueStringIterator(name);
		if (!values.hasNext()) {
			return List.of();
		}
		String first = values.next();
		return values.hasNext() ? headers.getAll(name) : List.of(first);
	}

	/**
	 * Returns whether the request may have two headers whose names differ only in case.
	 * Returns {@code false} if the headers may differ from those that Netty received.
	 */
	static boolean mayHaveNameInTwoCases(ServerHttpRequest request) {
		HttpHeaders headers = of(request);
		return headers != null && mayHaveNameInTwoCases(headers);
	}

	/**
	 * Returns {@code true} for many headers without a comparison, which takes a time that
	 * grows with the square of their number. Netty does not limit it.
	 */
	static boolean mayHaveNameInTwoCases(HttpHeaders headers) {
		if (headers.size() > MAX_COMPARED) {
			return true;
		}
		List<Map.Entry<CharSequence, CharSequence>> seen = new ArrayList<>(headers.size());
		Iterator<Map.Entry<CharSequence, CharSequence>> all = headers.iteratorCharSequence();
		while (all.hasNext()) {
			Map.Entry<CharSequence, CharSequence> header = all.next();
			for (Map.Entry<CharSequence, CharSequence> other : seen) {
				if (isInTwoCases(header.getKey(), other.getKey())) {
					return true;
				}
			}
			seen.add(header);
		}
		return false;
	}

	private static boolean isInTwoCases(CharSequence one, CharSequence other) {
		return one.length() == other.length() && AsciiString.contentEqualsIgnoreCase(one, other)
				&& !AsciiString.contentEquals(one, other);
	}

	/**
	 * Returns the headers of a response, read-only, or {@code null} if they may differ
	 * from those that Netty is going to send.
	 */
	static @Nullable HttpHeaders of(ServerHttpResponse response) {
		return (response.getClass() == RESPONSE && response instanceof AbstractServerHttpResponse ours
				&& ours.getNativeResponse() instanceof HttpServerResponse netty) ? netty.responseHeaders() : null;
	}

}
