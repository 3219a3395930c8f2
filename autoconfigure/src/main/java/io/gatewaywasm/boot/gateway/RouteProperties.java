package io.gatewaywasm.boot.gateway;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.context.ApplicationContext;

/**
 * Properties of configuration: {@code xds.*}, and the same on top level as older filters
 * know them. A route is a route; its URI without the scheme is the cluster; the
 * application is the node.
 */
final class RouteProperties {

	/** A gateway's traffic is inbound. */
	private static final long INBOUND = 1;

	private RouteProperties() {
	}

	/**
	 * Return a property.
	 * @param stream the stream that asks
	 * @param path the path, without {@code xds}
	 * @return the value, or {@code null} if there is none
	 */
	static @Nullable Object get(ExchangeStream stream, List<String> path) {
		Route route = (stream.owner()
			.exchange()
			.getAttribute(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR) instanceof Route known) ? known : null;
		return switch (path.get(0)) {
			case "route_name" -> (path.size() == 1 && route != null) ? route.getId() : null;
			case "cluster_name" -> (path.size() == 1 && route != null) ? route.getUri().getRawAuthority() : null;
			case "route_metadata" -> (route != null) ? metadata(route.getMetadata(), path) : null;
			case "listener_direction" -> (path.size() == 1) ? INBOUND : null;
			case "node" -> (path.size() == 2) ? node(stream, path.get(1)) : null;
			default -> null;
		};
	}

	/**
	 * Look up metadata as Envoy has it: {@code filter_metadata}, a name, and the keys of
	 * what stands there.
	 */
	private static @Nullable Object metadata(Map<String, Object> metadata, List<String> path) {
		if (path.size() < 3 || !path.get(1).equals("filter_metadata")) {
			return null;
		}
		Object value = metadata;
		for (String key : path.subList(2, path.size())) {
			value = (value instanceof Map<?, ?> map) ? map.get(key) : null;
		}
		return encodable(value);
	}

	/** Numbers of metadata are floating-point numbers in Envoy. */
	private static @Nullable Object encodable(@Nullable Object value) {
		if (value instanceof Number number) {
			return number.doubleValue();
		}
		return (value instanceof CharSequence || value instanceof Boolean) ? value : null;
	}

	private static @Nullable Object node(ExchangeStream stream, String name) {
		ApplicationContext application = stream.owner().exchange().getApplicationContext();
		if (application == null) {
			return null;
		}
		return switch (name) {
			case "id" -> application.getId();
			case "cluster" -> application.getEnvironment().getProperty("spring.application.name");
			default -> null;
		};
	}

}
