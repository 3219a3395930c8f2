package io.gatewaywasm.boot.gateway;

import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import io.gatewaywasm.host.abi.MapType;
import org.jspecify.annotations.Nullable;
import reactor.netty.Connection;
import reactor.netty.http.server.HttpServerRequest;

import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;

/**
 * The attributes of an exchange that filters read as properties, under Envoy's names.
 * What belongs to a later phase does not exist yet; what the gateway does not know does
 * not exist.
 */
final class ExchangeProperties {

	private static final Map<String, Function<ExchangeStream, @Nullable Object>> VALUES = Map.ofEntries(
			Map.entry("request.path", (stream) -> stream.requestHeaders().get(":path")),
			Map.entry("request.url_path", ExchangeProperties::urlPath),
			Map.entry("request.query", ExchangeProperties::query),
			Map.entry("request.host", (stream) -> stream.requestHeaders().get(":authority")),
			Map.entry("request.scheme", (stream) -> stream.requestHeaders().get(":scheme")),
			Map.entry("request.method", (stream) -> stream.requestHeaders().get(":method")),
			Map.entry("request.headers", (stream) -> stream.headers(MapType.REQUEST_HEADERS)),
			Map.entry("request.referer", (stream) -> stream.requestHeaders().get("referer")),
			Map.entry("request.useragent", (stream) -> stream.requestHeaders().get("user-agent")),
			Map.entry("request.id", ExchangeProperties::requestId),
			Map.entry("request.protocol", ExchangeProperties::protocol),
			Map.entry("request.time", (stream) -> stream.owner().start()),
			Map.entry("request.duration", (stream) -> Duration.between(stream.owner().start(), Instant.now())),
			Map.entry("request.size", (stream) -> length(stream.request().getHeaders())),
			Map.entry("response.code", ExchangeProperties::responseCode),
			Map.entry("response.headers", ExchangeProperties::responseHeaders),
			Map.entry("response.size", (stream) -> hasResponse(stream) ? length(stream.response().getHeaders()) : null),
			Map.entry("response.grpc_status", ExchangeProperties::grpcStatus),
			Map.entry("source.address", (stream) -> address(stream.request().getRemoteAddress())),
			Map.entry("source.port", (stream) -> port(stream.request().getRemoteAddress())),
			Map.entry("destination.address", (stream) -> address(stream.request().getLocalAddress())),
			Map.entry("destination.port", (stream) -> port(stream.request().getLocalAddress())),
			Map.entry("upstream.address", (stream) -> address(upstream(stream))),
			Map.entry("upstream.port", (stream) -> port(upstream(stream))),
			Map.entry("upstream.local_address", ExchangeProperties::upstreamLocalAddress),
			Map.entry("connection.mtls", (stream) -> TlsProperties.mtls(stream.request())),
			Map.entry("connection.requested_server_name", (stream) -> TlsProperties.serverName(stream.request())),
			Map.entry("connection.tls_version", (stream) -> TlsProperties.version(stream.request())),
			Map.entry("connection.subject_peer_certificate", (stream) -> TlsProperties.peerSubject(stream.request())),
			Map.entry("connection.sha256_peer_certificate_digest",
					(stream) -> TlsProperties.peerDigest(stream.request())),
			Map.entry("route_name", ExchangeProperties::routeName),
			Map.entry("xds.route_name", ExchangeProperties::routeName),
			Map.entry("cluster_name", ExchangeProperties::clusterName),
			Map.entry("xds.cluster_name", ExchangeProperties::clusterName),
			Map.entry("listener_direction", (stream) -> 1L), Map.entry("xds.listener_direction", (stream) -> 1L));

	private static final List<String> PROTOCOL_WITHOUT_MINOR = List.of("HTTP/2.0", "HTTP/3.0");

	private ExchangeProperties() {
	}

	/**
	 * Return a property.
	 * @param stream the stream that asks
	 * @param path the segments of the property's path
	 * @return the value, or {@code null} if there is no such property now
	 */
	static @Nullable Object get(ExchangeStream stream, List<String> path) {
		Function<ExchangeStream, @Nullable Object> value = VALUES
			.get((path.size() == 1) ? path.get(0) : String.join(".", path));
		if (value != null) {
			return value.apply(stream);
		}
		return header(stream, path);
	}

	/** A single header: {@code request.headers} and its name. */
	private static @Nullable Object header(ExchangeStream stream, List<String> path) {
		if (path.size() != 3 || !"headers".equals(path.get(1))) {
			return null;
		}
		return switch (path.get(0)) {
			case "request" -> stream.requestHeaders().get(path.get(2));
			case "response" ->
				(responseHeaders(stream) instanceof ResponseHeaderMap headers) ? headers.get(path.get(2)) : null;
			default -> null;
		};
	}

	private static @Nullable Object urlPath(ExchangeStream stream) {
		String path = stream.requestHeaders().get(":path");
		int query = (path != null) ? path.indexOf('?') : -1;
		return (path != null && query >= 0) ? path.substring(0, query) : path;
	}

	private static @Nullable Object query(ExchangeStream stream) {
		String path = stream.requestHeaders().get(":path");
		int query = (path != null) ? path.indexOf('?') : -1;
		return (path != null && query >= 0) ? path.substring(query + 1) : "";
	}

	private static Object requestId(ExchangeStream stream) {
		String id = stream.requestHeaders().get("x-request-id");
		return (id != null) ? id : stream.request().getId();
	}

	private static @Nullable Object protocol(ExchangeStream stream) {
		HttpServerRequest request = NativeConnection.request(stream.request());
		String protocol = (request != null) ? request.protocol() : null;
		return (protocol != null && PROTOCOL_WITHOUT_MINOR.contains(protocol))
				? protocol.substring(0, protocol.length() - 2) : protocol;
	}

	private static @Nullable Object length(HttpHeaders headers) {
		return (headers.getContentLength() >= 0) ? headers.getContentLength() : null;
	}

	private static boolean hasResponse(ExchangeStream stream) {
		return stream.owner().hasResponse();
	}

	private static @Nullable Object responseCode(ExchangeStream stream) {
		return hasResponse(stream) ? (long) ResponseHeaderMap.status(stream.response()) : null;
	}

	private static @Nullable Object responseHeaders(ExchangeStream stream) {
		return hasResponse(stream) ? stream.headers(MapType.RESPONSE_HEADERS) : null;
	}

	private static @Nullable Object grpcStatus(ExchangeStream stream) {
		String status = hasResponse(stream) ? PortableHeaders.first(stream.response().getHeaders(), "grpc-status")
				: null;
		try {
			return (status != null) ? Long.valueOf(status) : null;
		}
		catch (NumberFormatException ex) {
			return null;
		}
	}

	private static @Nullable Object address(@Nullable InetSocketAddress address) {
		if (address == null) {
			return null;
		}
		String host = (address.getAddress() != null) ? address.getAddress().getHostAddress() : address.getHostString();
		return (host.indexOf(':') >= 0) ? "[" + host + "]:" + address.getPort() : host + ":" + address.getPort();
	}

	private static @Nullable Object port(@Nullable InetSocketAddress address) {
		return (address != null) ? (long) address.getPort() : null;
	}

	private static @Nullable InetSocketAddress upstream(ExchangeStream stream) {
		Connection connection = attribute(stream, ServerWebExchangeUtils.CLIENT_RESPONSE_CONN_ATTR, Connection.class);
		return (connection != null && connection.channel().remoteAddress() instanceof InetSocketAddress address)
				? address : null;
	}

	private static @Nullable Object upstreamLocalAddress(ExchangeStream stream) {
		Connection connection = attribute(stream, ServerWebExchangeUtils.CLIENT_RESPONSE_CONN_ATTR, Connection.class);
		return (connection != null && connection.channel().localAddress() instanceof InetSocketAddress address)
				? address(address) : null;
	}

	private static @Nullable Object routeName(ExchangeStream stream) {
		Route route = attribute(stream, ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR, Route.class);
		return (route != null) ? route.getId() : null;
	}

	private static @Nullable Object clusterName(ExchangeStream stream) {
		Route route = attribute(stream, ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR, Route.class);
		URI uri = (route != null) ? route.getUri() : null;
		return (uri != null) ? uri.getRawAuthority() : null;
	}

	private static <T> @Nullable T attribute(ExchangeStream stream, String name, Class<T> type) {
		ServerWebExchange exchange = stream.owner().exchange();
		Object value = exchange.getAttribute(name);
		return type.isInstance(value) ? type.cast(value) : null;
	}

}
