package io.gatewaywasm.boot.gateway;

import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicLong;

import javax.net.ssl.SSLSession;

import io.netty.channel.Channel;
import io.netty.channel.ServerChannel;
import io.netty.util.AttributeKey;
import org.jspecify.annotations.Nullable;
import reactor.netty.Connection;

import org.springframework.cloud.gateway.filter.factory.RetryGatewayFilterFactory;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.web.server.ServerWebExchange;

/**
 * Properties of the connections to the client and to the upstream.
 */
final class ConnectionProperties {

	private static final AttributeKey<Long> ID = AttributeKey.valueOf(ConnectionProperties.class.getName() + ".id");

	private static final AtomicLong LAST_ID = new AtomicLong();

	private ConnectionProperties() {
	}

	static @Nullable Object source(ExchangeStream stream, String name) {
		return peer(stream.request().getRemoteAddress(), name);
	}

	static @Nullable Object destination(ExchangeStream stream, String name) {
		return peer(stream.request().getLocalAddress(), name);
	}

	private static @Nullable Object peer(@Nullable InetSocketAddress address, String name) {
		return switch (name) {
			case "address" -> address(address);
			case "port" -> (address != null) ? (long) address.getPort() : null;
			default -> null;
		};
	}

	static @Nullable Object connection(ExchangeStream stream, String name) {
		SSLSession session = stream.owner().facts().clientSession();
		return switch (name) {
			case "id" -> id(stream.owner().facts().client());
			case "mtls" -> TlsProperties.hasPeerCertificate(session);
			case "requested_server_name" -> TlsProperties.serverName(session);
			default -> TlsProperties.get(session, name);
		};
	}

	/**
	 * Return the number of the client's connection, counted in this gateway.
	 * @param client the channel of a request
	 * @return the number, or {@code null} if it is not known
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

	static @Nullable Object upstream(ExchangeStream stream, String name) {
		ServerWebExchange exchange = stream.owner().exchange();
		Connection connection = upstream(exchange);
		return switch (name) {
			case "address", "port" ->
				peer((connection != null && connection.channel().remoteAddress() instanceof InetSocketAddress address)
						? address : null, name);
			case "local_address" ->
				address((connection != null && connection.channel().localAddress() instanceof InetSocketAddress address)
						? address : null);
			case "request_attempt_count" -> attempts(exchange, connection != null);
			default -> TlsProperties.get(stream.owner().facts().upstreamSession(), name);
		};
	}

	/**
	 * Return the connection to the upstream.
	 * @param exchange the exchange
	 * @return the connection, or {@code null} if the upstream has not answered
	 */
	static @Nullable Connection upstream(ServerWebExchange exchange) {
		return (exchange.getAttribute(ServerWebExchangeUtils.CLIENT_RESPONSE_CONN_ATTR) instanceof Connection known)
				? known : null;
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
