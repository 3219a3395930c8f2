package io.gatewaywasm.boot.gateway;

import java.util.List;

import io.gatewaywasm.host.abi.MapType;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of an exchange that filters read as properties, under Envoy's names and
 * in the types that Envoy gives them. What belongs to a later phase does not exist yet;
 * what the gateway does not know does not exist. All of them are listed in
 * {@code docs/properties.md}.
 */
final class ExchangeProperties {

	/** What Envoy puts in front of the names of properties that filters set. */
	private static final String FILTER_STATE_PREFIX = "wasm.";

	private ExchangeProperties() {
	}

	/**
	 * Return a property.
	 * @param stream the stream that asks
	 * @param path the segments of the property's path, at least one
	 * @return the value, or {@code null} if there is no such property now
	 */
	static @Nullable Object get(ExchangeStream stream, List<String> path) {
		String root = path.get(0);
		if (root.equals("xds") && path.size() > 1) {
			return RouteProperties.get(stream, path.subList(1, path.size()));
		}
		return switch (path.size()) {
			case 1 -> root.equals("connection_id") ? ConnectionProperties.id(stream.owner().facts().client())
					: RouteProperties.get(stream, path);
			case 2 -> field(stream, root, path.get(1), path);
			case 3 -> path.get(1).equals("headers") || path.get(1).equals("trailers") ? header(stream, path)
					: RouteProperties.get(stream, path);
			default -> RouteProperties.get(stream, path);
		};
	}

	private static @Nullable Object field(ExchangeStream stream, String root, String name, List<String> path) {
		return switch (root) {
			case "request" -> RequestProperties.get(stream, name);
			case "response" -> ResponseProperties.get(stream, name);
			case "source" -> ConnectionProperties.source(stream, name);
			case "destination" -> ConnectionProperties.destination(stream, name);
			case "connection" -> ConnectionProperties.connection(stream, name);
			case "upstream" -> ConnectionProperties.upstream(stream, name);
			case "filter_state" -> name.startsWith(FILTER_STATE_PREFIX) ? stream.owner()
				.facts()
				.filterState(List.of(name.substring(FILTER_STATE_PREFIX.length()).split("\0"))) : null;
			default -> RouteProperties.get(stream, path);
		};
	}

	/** A single header or trailer. */
	private static @Nullable Object header(ExchangeStream stream, List<String> path) {
		boolean trailers = path.get(1).equals("trailers");
		return switch (path.get(0)) {
			case "request" -> trailers ? null : HeaderProperties.value(stream.requestHeaders(), path.get(2));
			case "response" ->
				responseHeader(stream, trailers ? MapType.RESPONSE_TRAILERS : MapType.RESPONSE_HEADERS, path.get(2));
			default -> null;
		};
	}

	private static @Nullable Object responseHeader(ExchangeStream stream, MapType type, String name) {
		var headers = stream.owner().hasResponse() ? stream.headers(type) : null;
		return (headers != null) ? HeaderProperties.value(headers, name) : null;
	}

}
