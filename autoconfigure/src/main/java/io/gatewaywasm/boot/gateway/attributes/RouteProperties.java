package io.gatewaywasm.boot.gateway.attributes;

import java.util.List;
import java.util.Map;

import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import io.gatewaywasm.host.spi.RouteUpstream;
import org.jspecify.annotations.Nullable;

import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.context.ApplicationContext;

/**
 * Configuration attributes: {@code xds.*}, and the same names at top level for older
 * filters. A gateway route stands for Envoy's route, the route's URI without its scheme
 * for the cluster, and the application for the node.
 */
final class RouteProperties {

	/** Envoy's traffic direction for inbound traffic. */
	private static final long INBOUND = 1;

	/** The encoding of an empty protobuf message. */
	static final byte[] NO_METADATA = {};

	private RouteProperties() {
	}

	/**
	 * Returns the attribute, or {@code null} if it does not exist. {@code path} comes
	 * without {@code xds}.
	 */
	static @Nullable Object get(AttributeSource source, List<String> path) {
		Route route = (source.exchange().getAttribute(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR) instanceof Route known)
				? known : null;
		return switch (path.get(0)) {
			case "route_name" -> (path.size() == 1 && route != null) ? route.getId() : null;
			case "cluster_name" -> (path.size() == 1) ? source.cluster() : null;
			case "route_metadata" -> (route != null) ? metadata(route.getMetadata(), path) : null;
			case "listener_direction" -> (path.size() == 1) ? INBOUND : null;
			case "node" -> (path.size() == 2) ? node(source, path.get(1)) : null;
			default -> null;
		};
	}

	/**
	 * Returns the metadata as a whole: the empty message without metadata. Other metadata
	 * cannot be encoded and yields {@code null}.
	 */
	static byte @Nullable [] wholeMetadata(AttributeSource source, String name) {
		return switch (name) {
			case "metadata", "cluster_metadata", "listener_metadata", "filter_chain_name" -> NO_METADATA;
			case "virtual_host_metadata" ->
				(source.exchange().getAttribute(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR) != null) ? NO_METADATA
						: null;
			case "upstream_host_metadata", "upstream_host_locality_metadata" -> ofHost(source);
			case "route_metadata" ->
				(source.exchange().getAttribute(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR) instanceof Route route
						&& route.getMetadata().isEmpty()) ? NO_METADATA : null;
			default -> null;
		};
	}

	/**
	 * As in Envoy, a host that has been chosen has no metadata, not even an empty one.
	 */
	private static byte @Nullable [] ofHost(AttributeSource source) {
		if (source.facts().upstreamCall().attempts() > 0) {
			throw StatusException.of(Status.SERIALIZATION_FAILURE);
		}
		return null;
	}

	/**
	 * Returns the number of hosts of the route's upstream, or {@code null} if they are
	 * instances of a service that were not looked up.
	 */
	static @Nullable Long endpoints(AttributeSource source) {
		RouteUpstream upstream = source.routeUpstream();
		if (upstream == null) {
			return null;
		}
		long hosts = source.upstreamHosts().size();
		return (hosts == 0 && !"lb".equals(upstream.uri().getScheme())) ? Long.valueOf(1) : hosts > 0 ? hosts : null;
	}

	/**
	 * Looks up metadata by a path in Envoy's form: {@code filter_metadata}, a name, then
	 * keys.
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

	/**
	 * Converts numbers to floating point, which is the type of numbers in Envoy's
	 * metadata.
	 */
	private static @Nullable Object encodable(@Nullable Object value) {
		if (value instanceof Number number) {
			return number.doubleValue();
		}
		return (value instanceof CharSequence || value instanceof Boolean) ? value : null;
	}

	private static @Nullable Object node(AttributeSource source, String name) {
		ApplicationContext application = source.exchange().getApplicationContext();
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
