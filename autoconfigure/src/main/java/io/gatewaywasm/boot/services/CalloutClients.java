package io.gatewaywasm.boot.services;

import java.net.URI;
import java.time.Duration;
import java.util.List;

import io.gatewaywasm.registry.http.BlockedAddresses;
import io.gatewaywasm.registry.http.ConnectGuard;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/**
 * The HTTP clients for callouts, with a pool of connections for each host.
 */
final class CalloutClients {

	private static final String GUARD = "gateway-wasm.guard";

	/** The time after which an idle connection to a guarded host is closed. */
	private static final Duration IDLE = Duration.ofMinutes(1);

	private static final Duration CHECK = Duration.ofSeconds(30);

	private final ConnectionProvider connections;

	private final ConnectionProvider guardedConnections;

	private final HttpClient client;

	/** Refuses addresses that no operator has allowed, even if a name leads there. */
	private final HttpClient guardedClient;

	/** Creates clients. {@code maxConnections} is the number of connections per host. */
	CalloutClients(int maxConnections) {
		this.connections = ConnectionProvider.create("gateway-wasm", maxConnections);
		// Guests can choose these hosts, so their pools must not stay
		this.guardedConnections = ConnectionProvider.builder("gateway-wasm-guarded")
			.maxConnections(maxConnections)
			.maxIdleTime(IDLE)
			.evictInBackground(CHECK)
			.disposeInactivePoolsInBackground(CHECK, IDLE)
			.build();
		this.client = client(this.connections);
		ConnectGuard guard = new ConnectGuard(new BlockedAddresses(List.of()));
		this.guardedClient = client(this.guardedConnections)
			.doOnChannelInit((observer, channel, remote) -> channel.pipeline().addFirst(GUARD, guard));
	}

	private static HttpClient client(ConnectionProvider connections) {
		return InterimResponses.ignoredBy(HttpClient.create(connections).followRedirect(false).disableRetry(true));
	}

	/** Returns the client for an upstream at an address. */
	HttpClient client(Upstream upstream, URI address) {
		HttpClient client = upstream.guarded() ? this.guardedClient : this.client;
		if (upstream.protocol() == UpstreamProtocol.HTTP1) {
			return client;
		}
		return client.protocol("https".equals(address.getScheme()) ? HttpProtocol.H2 : HttpProtocol.H2C);
	}

	void close() {
		this.connections.dispose();
		this.guardedConnections.dispose();
	}

}
