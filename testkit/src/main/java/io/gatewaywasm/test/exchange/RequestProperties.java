package io.gatewaywasm.test.exchange;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import io.gatewaywasm.host.abi.HeaderMap;
import io.gatewaywasm.host.abi.MapType;
import io.gatewaywasm.host.spi.HttpStream;
import org.jspecify.annotations.Nullable;

/**
 * The properties that are derived from the messages. The test sets all others.
 */
final class RequestProperties {

	private final HttpStream exchange;

	private final Map<String, Object> given;

	private final Instant start;

	RequestProperties(HttpStream exchange, Map<String, Object> given, Instant start) {
		this.exchange = exchange;
		this.given = given;
		this.start = start;
	}

	@Nullable Object get(List<String> path) {
		String name = String.join(".", path);
		Object value = this.given.get(name);
		if (value != null) {
			return value;
		}
		if (path.size() == 3 && path.get(1).equals("headers")) {
			HeaderMap headers = this.exchange
				.headers(path.get(0).equals("response") ? MapType.RESPONSE_HEADERS : MapType.REQUEST_HEADERS);
			return (headers != null) ? headers.get(path.get(2)) : null;
		}
		return switch (name) {
			case "request.path" -> request(":path");
			case "request.url_path" -> String.valueOf(request(":path")).split("\\?", 2)[0];
			case "request.query" -> query();
			case "request.host" -> request(":authority");
			case "request.scheme" -> request(":scheme");
			case "request.method" -> request(":method");
			case "request.headers" -> this.exchange.headers(MapType.REQUEST_HEADERS);
			case "request.referer" -> request("referer");
			case "request.useragent" -> request("user-agent");
			case "request.id" -> request("x-request-id");
			case "request.protocol" -> "HTTP/1.1";
			case "request.time" -> this.start;
			case "response.code" -> responseCode();
			case "response.headers" -> this.exchange.headers(MapType.RESPONSE_HEADERS);
			default -> null;
		};
	}

	private @Nullable String request(String header) {
		HeaderMap headers = this.exchange.headers(MapType.REQUEST_HEADERS);
		return (headers != null) ? headers.get(header) : null;
	}

	private String query() {
		String[] parts = String.valueOf(request(":path")).split("\\?", 2);
		return (parts.length == 2) ? parts[1] : "";
	}

	private @Nullable Long responseCode() {
		HeaderMap headers = this.exchange.headers(MapType.RESPONSE_HEADERS);
		String status = (headers != null) ? headers.get(":status") : null;
		return (status != null) ? Long.valueOf(status) : null;
	}

}
