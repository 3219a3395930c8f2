package io.gatewaywasm.boot.gateway.attributes;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import io.gatewaywasm.boot.gateway.message.NativeConnection;
import io.gatewaywasm.boot.gateway.message.RequestHeaderMap;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.server.HttpServerRequest;

/**
 * The attributes {@code request.*}, read from the request as the filter sees it.
 */
public final class RequestProperties {

	private static final List<String> PROTOCOL_WITHOUT_MINOR = List.of("HTTP/2.0", "HTTP/3.0");

	private RequestProperties() {
	}

	public static @Nullable Object get(AttributeSource source, String name) {
		RequestHeaderMap headers = source.requestHeaders();
		return switch (name) {
			case "path" -> headers.get(":path");
			case "url_path" -> urlPath(headers);
			case "query" -> query(headers);
			case "host" -> headers.get(":authority");
			case "scheme" -> headers.get(":scheme");
			case "method" -> headers.get(":method");
			case "headers" -> HeaderProperties.map(headers);
			case "headers_bytes" -> HeaderProperties.bytes(headers);
			case "referer" -> headers.get("referer");
			case "id" -> id(source, headers);
			case "useragent" -> headers.get("user-agent");
			case "protocol" -> protocol(source);
			case "time" -> source.facts().start();
			case "duration" -> duration(source);
			case "size" -> size(source, headers);
			case "total_size" -> source.facts().sizes().received() + HeaderProperties.bytes(headers);
			default -> null;
		};
	}

	private static @Nullable String urlPath(RequestHeaderMap headers) {
		String path = headers.get(":path");
		int query = (path != null) ? path.indexOf('?') : -1;
		return (path != null && query >= 0) ? path.substring(0, query) : path;
	}

	private static String query(RequestHeaderMap headers) {
		String path = headers.get(":path");
		int query = (path != null) ? path.indexOf('?') : -1;
		if (path == null || query < 0) {
			return "";
		}
		int fragment = path.indexOf('#', query);
		return (fragment < 0) ? path.substring(query + 1) : path.substring(query + 1, fragment);
	}

	private static String id(AttributeSource source, RequestHeaderMap headers) {
		String id = headers.get("x-request-id");
		return (id != null) ? id : source.request().getId();
	}

	private static @Nullable String protocol(AttributeSource source) {
		HttpServerRequest request = NativeConnection.request(source.request());
		String protocol = (request != null) ? request.protocol() : null;
		return (protocol != null && PROTOCOL_WITHOUT_MINOR.contains(protocol))
				? protocol.substring(0, protocol.length() - 2) : protocol;
	}

	/** Returns the duration, or {@code null} before the exchange has ended. */
	private static @Nullable Duration duration(AttributeSource source) {
		Instant end = source.endedAt();
		return (end != null) ? Duration.between(source.facts().start(), end) : null;
	}

	/**
	 * Returns the length that the headers declare; without one, the number of bytes that
	 * have arrived.
	 */
	private static long size(AttributeSource source, RequestHeaderMap headers) {
		String length = headers.get("content-length");
		try {
			return (length != null) ? Long.parseLong(length) : source.facts().sizes().received();
		}
		catch (NumberFormatException ex) {
			return source.facts().sizes().received();
		}
	}

}
