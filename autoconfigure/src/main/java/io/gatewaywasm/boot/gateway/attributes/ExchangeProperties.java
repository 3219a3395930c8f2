package io.gatewaywasm.boot.gateway.attributes;

import java.util.List;
import java.util.Map;

import io.gatewaywasm.host.abi.MapType;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of an exchange, under Envoy's names and with Envoy's types. An attribute
 * of a later phase, and one that the gateway does not know, does not exist. {@code
 * docs/attributes.md} lists all of them.
 */
public final class ExchangeProperties {

	/** The prefix that Envoy puts in front of the names of values that filters set. */
	private static final String FILTER_STATE_PREFIX = "wasm.";

	private ExchangeProperties() {
	}

	/**
	 * Returns an attribute, or {@code null} if it does not exist in this phase. {@code
	 * path} has at least one segment.
	 */
	public static @Nullable Object get(AttributeSource source, List<String> path) {
		String root = path.get(0);
		if (root.equals("xds") && path.size() > 1) {
			byte[] whole = (path.size() == 2) ? RouteProperties.wholeMetadata(source, path.get(1)) : null;
			return (whole != null) ? whole : RouteProperties.get(source, path.subList(1, path.size()));
		}
		return switch (path.size()) {
			case 1 -> switch (root) {
				case "connection_id" -> ConnectionProperties.id(source.facts().client());
				case "metadata" -> RouteProperties.wholeMetadata(source, root);
				default -> RouteProperties.get(source, path);
			};
			case 2 -> field(source, root, path.get(1), path);
			case 3 -> path.get(1).equals("headers") || path.get(1).equals("trailers") ? header(source, path)
					: RouteProperties.get(source, path);
			default -> RouteProperties.get(source, path);
		};
	}

	private static @Nullable Object field(AttributeSource source, String root, String name, List<String> path) {
		return switch (root) {
			case "request" -> RequestProperties.get(source, name);
			case "response" -> ResponseProperties.get(source, name);
			case "source" -> ConnectionProperties.source(source, name);
			case "destination" -> ConnectionProperties.destination(source, name);
			case "connection" -> ConnectionProperties.connection(source, name);
			case "upstream" -> ConnectionProperties.upstream(source, name);
			case "metadata" -> name.equals("filter_metadata") ? Map.of() : null;
			case "filter_state" -> name.startsWith(FILTER_STATE_PREFIX)
					? source.facts().filterState(List.of(name.substring(FILTER_STATE_PREFIX.length()).split("\0")))
					: null;
			default -> RouteProperties.get(source, path);
		};
	}

	/** Returns a single header or trailer. */
	private static @Nullable Object header(AttributeSource source, List<String> path) {
		boolean trailers = path.get(1).equals("trailers");
		return switch (path.get(0)) {
			case "request" -> trailers ? null : HeaderProperties.value(source.requestHeaders(), path.get(2));
			case "response" ->
				responseHeader(source, trailers ? MapType.RESPONSE_TRAILERS : MapType.RESPONSE_HEADERS, path.get(2));
			default -> null;
		};
	}

	private static @Nullable Object responseHeader(AttributeSource source, MapType type, String name) {
		var headers = source.hasResponse() ? source.headers(type) : null;
		return (headers != null) ? HeaderProperties.value(headers, name) : null;
	}

}
