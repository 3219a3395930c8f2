package io.gatewaywasm.boot.gateway.attributes;

import java.time.Instant;
import java.util.List;

import javax.net.ssl.SSLSession;

import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;
import reactor.netty.Connection;

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

	/** Returns a value that a filter set, or {@code null}. */
	public byte @Nullable [] filterState(List<String> path) {
		return this.values.get(this.exchange, String.join("\0", path));
	}

	/** Stores a value that a filter sets. */
	public void filterState(List<String> path, byte[] value) {
		if (!this.values.put(this.exchange, String.join("\0", path), value)) {
			throw StatusException.of(Status.INTERNAL_FAILURE);
		}
	}

}
