package io.gatewaywasm.boot.gateway.attributes;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.atomic.AtomicLong;

import javax.net.ssl.SSLSession;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import io.netty.util.NetUtil;
import org.jspecify.annotations.Nullable;

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
		Channel channel = ConnectionValues.connection(client);
		Long id = channel.attr(ID).get();
		if (id == null) {
			id = LAST_ID.incrementAndGet();
			Long earlier = channel.attr(ID).setIfAbsent(id);
			id = (earlier != null) ? earlier : id;
		}
		return id;
	}

	static @Nullable Object upstream(AttributeSource source, String name) {
		UpstreamCall call = source.facts().upstreamCall();
		return switch (name) {
			case "address", "port" -> peer(call.address(), name);
			case "local_address" -> address(call.localAddress());
			case "transport_failure_reason" -> call.transportFailure();
			case "cx_pool_ready_duration" -> call.poolReady();
			case "request_attempt_count" -> (long) call.attempts();
			case "num_endpoints" -> RouteProperties.endpoints(source);
			case "locality" -> (call.attempts() > 0) ? RouteProperties.NO_METADATA : null;
			default -> TlsProperties.get(source.facts().upstreamSession(), name);
		};
	}

	/**
	 * Returns the address as Envoy writes it: IPv6 as in RFC 5952, in brackets and
	 * without a scope, which no parser of addresses expects.
	 * {@code server.forward-headers-strategy} leaves addresses unresolved, and those of
	 * IPv6 with or without brackets.
	 */
	static @Nullable String address(@Nullable InetSocketAddress address) {
		if (address == null) {
			return null;
		}
		byte[] ip = (address.getAddress() != null) ? address.getAddress().getAddress()
				: NetUtil.createByteArrayFromIpAddressString(address.getHostString());
		try {
			return NetUtil.toSocketAddressString(
					(ip != null) ? new InetSocketAddress(InetAddress.getByAddress(ip), address.getPort()) : address);
		}
		catch (UnknownHostException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
