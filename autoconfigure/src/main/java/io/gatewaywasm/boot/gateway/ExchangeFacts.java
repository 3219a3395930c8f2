package io.gatewaywasm.boot.gateway;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import javax.net.ssl.SSLSession;

import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;
import reactor.netty.Connection;

/**
 * What is to be remembered of an exchange, so that filters can read it as properties to
 * the end, when connections may be closed already.
 */
final class ExchangeFacts {

	private static final int MAX_FILTER_STATE = 1000;

	private final Instant start = Instant.now();

	private final @Nullable Channel client;

	private final @Nullable SSLSession clientSession;

	private final Map<String, byte[]> filterState = new ConcurrentHashMap<>();

	private volatile @Nullable SSLSession upstreamSession;

	ExchangeFacts(@Nullable Connection client) {
		// The connection of a request that was answered does not lead to its channel any
		// more, but to one that never was.
		this.client = (client != null) ? client.channel() : null;
		this.clientSession = TlsProperties.session(client);
	}

	/**
	 * Return the client's channel.
	 * @return the channel, or {@code null} if another server serves it
	 */
	@Nullable Channel client() {
		return this.client;
	}

	/**
	 * The upstream has answered.
	 * @param connection the connection to it, or {@code null} if it is not known
	 */
	void upstream(@Nullable Connection connection) {
		this.upstreamSession = TlsProperties.session(connection);
	}

	/**
	 * Return when the exchange reached the first filter.
	 * @return the time
	 */
	Instant start() {
		return this.start;
	}

	/**
	 * Return the encryption of the client's connection.
	 * @return the session, or {@code null} without encryption
	 */
	@Nullable SSLSession clientSession() {
		return this.clientSession;
	}

	/**
	 * Return the encryption of the connection that the response came from.
	 * @return the session, or {@code null} without encryption or response
	 */
	@Nullable SSLSession upstreamSession() {
		return this.upstreamSession;
	}

	/**
	 * Return what a filter has set.
	 * @param path the segments of the path
	 * @return the value, or {@code null} if there is none
	 */
	byte @Nullable [] filterState(List<String> path) {
		return this.filterState.get(String.join("\0", path));
	}

	/**
	 * Take note of what a filter sets.
	 * @param path the segments of the path
	 * @param value the value
	 */
	void filterState(List<String> path, byte[] value) {
		String key = String.join("\0", path);
		if (this.filterState.size() >= MAX_FILTER_STATE && !this.filterState.containsKey(key)) {
			throw StatusException.of(Status.INTERNAL_FAILURE);
		}
		this.filterState.put(key, value);
	}

}
