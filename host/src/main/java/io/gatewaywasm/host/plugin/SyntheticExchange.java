package io.gatewaywasm.host.plugin;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

import io.gatewaywasm.host.abi.HeaderList;
import io.gatewaywasm.host.abi.HeaderMap;
import io.gatewaywasm.host.abi.MapType;
import io.gatewaywasm.host.abi.MessageHeaders;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.HttpStream;
import org.jspecify.annotations.Nullable;

/**
 * A synthetic exchange, similar to a client's first request: a POST request with a small
 * JSON body, and its response.
 */
final class SyntheticExchange implements HttpStream {

	private final HeaderMap request = headers(":method", "POST", ":path", "/", ":authority", "localhost", ":scheme",
			"http", "user-agent", "gateway-wasm-warm-up", "accept", "*/*", "content-type", "application/json");

	private final HeaderMap response = headers(":status", "200", "content-type", "application/json");

	private final HeaderMap requestTrailers = new HeaderList();

	private final HeaderMap trailers = new HeaderList();

	private static HeaderMap headers(String... namesAndValues) {
		return new MessageHeaders(HeaderList.of(namesAndValues).toList());
	}

	@Override
	public @Nullable HeaderMap headers(MapType type) {
		return switch (type) {
			case REQUEST_HEADERS -> this.request;
			case RESPONSE_HEADERS -> this.response;
			case REQUEST_TRAILERS -> this.requestTrailers;
			case RESPONSE_TRAILERS -> this.trailers;
			default -> null;
		};
	}

	@Override
	public @Nullable Object property(List<String> path) {
		return switch (String.join(".", path)) {
			case "request.method" -> this.request.get(":method");
			case "request.path", "request.url_path" -> this.request.get(":path");
			case "request.host" -> this.request.get(":authority");
			case "request.scheme" -> this.request.get(":scheme");
			case "request.protocol" -> "HTTP/1.1";
			case "request.headers" -> this.request;
			case "response.headers" -> this.response;
			case "response.code" -> 200L;
			case "source.address" -> "127.0.0.1:49152";
			default -> null;
		};
	}

	@Override
	public void propertySet(List<String> path, byte[] value) {
		// Changes are ignored.
	}

	@Override
	public boolean tagSpan(String name, String value) {
		return true;
	}

	@Override
	public void clearRouteCache() {
		// A synthetic exchange has no route.
	}

	@Override
	public void endEarly(Decision decision) {
		// A synthetic exchange has no client.
	}

	@Override
	public Map<String, String> logContext() {
		return Map.of();
	}

	@Override
	public Executor executor() {
		return Runnable::run;
	}

}
