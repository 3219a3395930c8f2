package io.gatewaywasm.boot.gateway.attributes;

import java.time.Instant;
import java.util.List;

import javax.net.ssl.SSLSession;

import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;
import reactor.netty.Connection;

import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.web.server.ServerWebExchange;

/**
 * Facts about an exchange that filters can read as attributes until its end, even after
 * the connections have closed.
 */
public final class ExchangeFacts {

	private final Instant start = Instant.now();

	private final @Nullable Channel client;

	private final @Nullable SSLSession clientSession;

	private final ServerWebExchange exchange;

	private final FilterValues values;

	private final UpstreamCall upstreamCall = new UpstreamCall();

	private final BodySizes sizes = new BodySizes();

	private volatile @Nullable Break end;

	private volatile @Nullable SSLSession upstreamSession;

	public ExchangeFacts(@Nullable Connection client, ServerWebExchange exchange, FilterValues values) {
		this.values = values;
		this.exchange = exchange;
		// After the request has been answered, its connection refers to a placeholder
		// channel.
		this.client = (client != null) ? client.channel() : null;
		this.clientSession = TlsProperties.session(client);
	}

	/**
	 * Returns the client's channel, or {@code null} if the server is not Reactor Netty.
	 */
	@Nullable Channel client() {
		return this.client;
	}

	/** Records the TLS session of the connection on which the upstream responded. */
	public void upstream(@Nullable Connection connection) {
		this.upstreamSession = TlsProperties.session(connection);
	}

	/** Returns the times of the exchange with the upstream. */
	public UpstreamCall upstreamCall() {
		return this.upstreamCall;
	}

	/** Returns the bytes of the bodies. */
	public BodySizes sizes() {
		return this.sizes;
	}

	/** Records that a filter closes the connection to the client. */
	public void reset() {
		broken(Break.BY_FILTER);
	}

	/** Records that the client has disconnected before the end of the exchange. */
	public void disconnected() {
		broken(Break.BY_CLIENT);
	}

	/** Keeps the first cause: closing the connection also disconnects the client. */
	private void broken(Break cause) {
		if (this.end == null) {
			this.end = cause;
		}
	}

	/** Records the error that ends the exchange before or during its response. */
	public void failed(Throwable error) {
		boolean responded = this.exchange.getAttribute(ServerWebExchangeUtils.CLIENT_RESPONSE_ATTR) != null;
		boolean routed = this.exchange.getAttribute(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR) != null;
		this.upstreamCall.ended(error, routed, responded);
	}

	/** Returns why the exchange has no end, or {@code null}. */
	@Nullable Break end() {
		return this.end;
	}

	/** Returns the time at which the exchange reached the first filter. */
	Instant start() {
		return this.start;
	}

	/**
	 * Returns the TLS session of the client's connection, or {@code null} without TLS.
	 */
	@Nullable SSLSession clientSession() {
		return this.clientSession;
	}

	/**
	 * Returns the TLS session of the connection that the response came from, or {@code
	 * null} without TLS or response.
	 */
	@Nullable SSLSession upstreamSession() {
		return this.upstreamSession;
	}

	/**
	 * Returns a value that a filter set for the exchange or for the connection, or {@code
	 * null}.
	 */
	public byte @Nullable [] filterState(List<String> path) {
		String key = String.join("\0", path);
		byte[] value = this.values.get(this.exchange, key);
		ConnectionValues ofConnection = (value == null) ? ConnectionValues.of(this.client) : null;
		return (ofConnection != null) ? ofConnection.get(key) : value;
	}

	/**
	 * Stores a value that a filter sets. As in Envoy, a value that exists keeps its life
	 * span; {@code forConnection} is that of a new one.
	 */
	public void filterState(List<String> path, byte[] value, boolean forConnection) {
		String key = String.join("\0", path);
		if (!put(key, value, forConnection)) {
			throw StatusException.of(Status.INTERNAL_FAILURE);
		}
	}

	private boolean put(String key, byte[] value, boolean forConnection) {
		Channel channel = this.client;
		ConnectionValues existing = ConnectionValues.of(channel);
		boolean ofConnection = existing != null && existing.get(key) != null;
		boolean added = forConnection && this.values.get(this.exchange, key) == null;
		return (channel != null && (ofConnection || added)) ? ConnectionValues.open(channel).put(key, value)
				: this.values.put(this.exchange, key, value);
	}

	/** Why an exchange breaks off, with Envoy's response flag and details. */
	enum Break {

		BY_FILTER(0, "wasm_close_stream"),

		BY_CLIENT(0x4000, "downstream_remote_disconnect");

		private final long flag;

		private final String details;

		Break(long flag, String details) {
			this.flag = flag;
			this.details = details;
		}

		long flag() {
			return this.flag;
		}

		String details() {
			return this.details;
		}

	}

}
