package io.gatewaywasm.boot.gateway.attributes;

import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicLong;

import javax.net.ssl.SSLSession;

import io.gatewaywasm.boot.gateway.message.NativeConnection;
import io.netty.channel.Channel;
import io.netty.channel.ServerChannel;
import io.netty.util.AttributeKey;
import org.jspecify.annotations.Nullable;
import reactor.netty.Connection;

import org.springframework.cloud.gateway.filter.factory.RetryGatewayFilterFactory;
import org.springframework.web.server.ServerWebExchange;

/**
 * Attributes of the connections to the client and to the upstream.
 */
final class ConnectionProperties {

	private static final AttributeKey<Long> ID = AttributeKey.valueOf(ConnectionProperties.class.getName() + ".id");

	private static final AtomicLong LAST_ID = new AtomicLong();

	private ConnectionProperties() {
	}

	static @Nullable Object source(AttributeSource source, String name) {
		return peer(source.request().getRemoteAddress(), name);
	}

	static @Nullable Object destination(AttributeSource source, String name) {
		return peer(source.request().getLocalAddress(), name);
	}

	private static @Nullable Object peer(@Nullable InetSocketAddress address, String name) {
		return switch (name) {
			case "address" -> address(address);
			case "port" -> (address != null) ? (long) address.getPort() : null;
			default -> null;
		};
	}

	static @Nullable Object connection(AttributeSource source, String name) {
		SSLSession session = source.facts().clientSession();
		return switch (name) {
			case "id" -> id(source.facts().client());
			case "mtls" -> TlsProperties.hasPeerCertificate(session);
			case "requested_server_name" -> TlsProperties.serverName(session);
			default -> TlsProperties.get(session, name);
		};
	}

	/**
	 * Returns the sequential number of the client's connection in this gateway, or {@code
	 * null} if the channel is unknown.
	 */
	static @Nullable Long id(@Nullable Channel client) {
		if (client == null) {
			return null;
		}
		Channel channel = client;
		while (channel.parent() != null && !(channel.parent() instanceof ServerChannel)) {
			channel = channel.parent();
		}
		Long id = channel.attr(ID).get();
		if (id == null) {
			id = LAST_ID.incrementAndGet();
			Long earlier = channel.attr(ID).setIfAbsent(id);
			id = (earlier != null) ? earlier : id;
		}
		return id;
	}

	static @Nullable Object upstream(AttributeSource source, String name) {
		ServerWebExchange exchange = source.exchange();
		Connection connection = NativeConnection.ofUpstream(exchange);
		return switch (name) {
			case "address", "port" ->
				peer((connection != null && connection.channel().remoteAddress() instanceof InetSocketAddress address)
						? address : null, name);
			case "local_address" ->
				address((connection != null && connection.channel().localAddress() instanceof InetSocketAddress address)
						? address : null);
			// A connection that failed has no response
			case "transport_failure_reason" -> (connection != null) ? "" : null;
			case "cx_pool_ready_duration" -> source.facts().upstreamCall().poolReady();
			case "request_attempt_count" -> attempts(exchange, connection != null);
			default -> TlsProperties.get(source.facts().upstreamSession(), name);
		};
	}

	private static long attempts(ServerWebExchange exchange, boolean connected) {
		Object retries = exchange.getAttribute(RetryGatewayFilterFactory.RETRY_ITERATION_KEY);
		return ((retries instanceof Integer number) ? number : 0) + (connected ? 1L : 0L);
	}

	private static @Nullable String address(@Nullable InetSocketAddress address) {
		if (address == null) {
			return null;
		}
		String host = (address.getAddress() != null) ? address.getAddress().getHostAddress() : address.getHostString();
		return (host.indexOf(':') >= 0) ? "[" + host + "]:" + address.getPort() : host + ":" + address.getPort();
	}

}
