package io.gatewaywasm.boot.gateway;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;
import reactor.netty.http.server.HttpServerRequest;

/**
 * Properties {@code request.*}, of the request as the filter has it.
 */
final class RequestProperties {

	private static final List<String> PROTOCOL_WITHOUT_MINOR = List.of("HTTP/2.0", "HTTP/3.0");

	private RequestProperties() {
	}

	static @Nullable Object get(ExchangeStream stream, String name) {
		RequestHeaderMap headers = stream.requestHeaders();
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
			case "id" -> id(stream, headers);
			case "useragent" -> headers.get("user-agent");
			case "protocol" -> protocol(stream);
			case "time" -> stream.owner().facts().start();
			case "duration" -> duration(stream);
			case "size" -> size(stream);
			case "total_size" -> totalSize(stream, headers);
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
		return (path != null && query >= 0) ? path.substring(query + 1) : "";
	}

	private static String id(ExchangeStream stream, RequestHeaderMap headers) {
		String id = headers.get("x-request-id");
		return (id != null) ? id : stream.request().getId();
	}

	private static @Nullable String protocol(ExchangeStream stream) {
		HttpServerRequest request = NativeConnection.request(stream.request());
		String protocol = (request != null) ? request.protocol() : null;
		return (protocol != null && PROTOCOL_WITHOUT_MINOR.contains(protocol))
				? protocol.substring(0, protocol.length() - 2) : protocol;
	}

	/** Known when the exchange is over. */
	private static @Nullable Duration duration(ExchangeStream stream) {
		Instant end = stream.endedAt();
		return (end != null) ? Duration.between(stream.owner().facts().start(), end) : null;
	}

	/** What the client says, else what the filter was shown so far. */
	private static @Nullable Long size(ExchangeStream stream) {
		MessageBody body = stream.owner().request().body();
		if (body.length() >= 0) {
			return body.length();
		}
		return (body.present() && !stream.wantsRequestBody()) ? null : (Long) stream.requestBytes();
	}

	private static @Nullable Long totalSize(ExchangeStream stream, RequestHeaderMap headers) {
		Long size = size(stream);
		return (size != null) ? size + HeaderProperties.bytes(headers) : null;
	}

}
