package io.gatewaywasm.boot.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

import io.gatewaywasm.host.abi.PrintableText;
import io.gatewaywasm.host.spi.Cancellable;
import io.gatewaywasm.host.spi.LogOnce;
import io.gatewaywasm.host.spi.RedisCallouts;
import io.gatewaywasm.host.spi.RedisConnection;
import io.gatewaywasm.host.spi.RedisResult;
import io.gatewaywasm.host.spi.RedisTarget;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.DisposableBean;

/**
 * Calls Redis for guests with Lettuce. The VMs of a plugin share one connection per
 * server, user and database, because Redis processes the commands of a connection in
 * order. Plugins do not share connections. Threads and connections are created when a
 * guest needs them. Replies arrive on Lettuce's event loops.
 */
public final class LettuceRedisCallouts implements RedisCallouts, DisposableBean {

	private static final Logger logger = LoggerFactory.getLogger(LettuceRedisCallouts.class);

	private static final int MAX_CONNECTIONS = 16;

	/**
	 * The time for which an unused connection stays open. A filter with
	 * {@code isolation: stream} uses it again for its next stream, and a guest cannot try
	 * logins faster than unused connections end.
	 */
	private static final Duration KEEP_UNUSED = Duration.ofSeconds(10);

	private final Map<String, RedisServer> servers;

	private final Function<RedisIdentity, ReconnectingConnection> connector;

	/** Also those that are not used for a moment. */
	private final Map<RedisIdentity, Shared> connections = new HashMap<>();

	/** The closed connections whose last attempt to connect has not ended. */
	private final List<RedisIdentity> closing = new ArrayList<>();

	private final Duration keepUnused;

	private final LogOnce logged = new LogOnce();

	private boolean closed;

	/**
	 * Creates Redis callouts.
	 * @param servers the servers that guests can call, by name and alias
	 * @param clients creates the connections
	 */
	public LettuceRedisCallouts(Map<String, RedisServer> servers, LettuceConnections clients) {
		this(servers, clients::connection, KEEP_UNUSED);
	}

	LettuceRedisCallouts(Map<String, RedisServer> servers, Function<RedisIdentity, ReconnectingConnection> connector,
			Duration keepUnused) {
		this.keepUnused = keepUnused;
		this.servers = Map.copyOf(servers);
		this.connector = connector;
	}

	@Override
	public @Nullable RedisConnection open(RedisTarget target) {
		RedisServer server = this.servers.get(target.upstream());
		if (server == null) {
			warn(target,
					"Wasm plugin '{}' requested the Redis server '{}', which is not declared, and received BAD_ARGUMENT."
							+ " To allow it, declare 'gateway.wasm.redis.<name>' with that name or with that alias.");
			return null;
		}
		RedisIdentity identity = RedisIdentity.of(target, server);
		synchronized (this) {
			Shared shared = this.connections.get(identity);
			if (shared == null) {
				if (this.closed || isFull(identity)) {
					warn(target,
							"Wasm plugin '{}' requested another user or database of the Redis server '{}' and received BAD_ARGUMENT,"
									+ " because it already has the maximum number of connections");
					return null;
				}
				shared = new Shared(this.connector.apply(identity));
				this.connections.put(identity, shared);
				shared.connection.connect();
			}
			shared.uses++;
			return new Lease(identity, shared);
		}
	}

	private void warn(RedisTarget target, String message) {
		if (this.logged.isFirst(target.plugin() + '\0' + target.upstream() + message)) {
			logger.warn(message, target.plugin(), PrintableText.of(target.upstream(), PrintableText.NAME));
		}
	}

	private boolean isFull(RedisIdentity identity) {
		return Stream.concat(this.connections.keySet().stream(), this.closing.stream())
			.filter(identity::isOfSamePluginAndServer)
			.count() >= MAX_CONNECTIONS;
	}

	private void release(RedisIdentity identity, Shared shared) {
		synchronized (this) {
			if (--shared.uses > 0) {
				return;
			}
			shared.unusedSince = System.nanoTime();
			if (shared.isScheduled) {
				return;
			}
			shared.isScheduled = true;
		}
		shared.connection.schedule(() -> closeUnused(identity, shared), this.keepUnused);
	}

	/** Closes a connection if it was not used for a while, or tries again later. */
	private void closeUnused(RedisIdentity identity, Shared shared) {
		long rest;
		synchronized (this) {
			shared.isScheduled = false;
			if (shared.uses > 0) {
				return;
			}
			rest = this.keepUnused.toNanos() - (System.nanoTime() - shared.unusedSince);
			if (rest > 0) {
				shared.isScheduled = true;
			}
			else if (this.connections.remove(identity, shared)) {
				this.closing.add(identity);
			}
			else {
				return;
			}
		}
		if (rest > 0) {
			shared.connection.schedule(() -> closeUnused(identity, shared), Duration.ofNanos(rest));
			return;
		}
		shared.connection.close().thenRun(() -> closed(identity));
	}

	private synchronized void closed(RedisIdentity identity) {
		this.closing.remove(identity);
	}

	@Override
	public void destroy() {
		List<Shared> open;
		synchronized (this) {
			this.closed = true;
			open = new ArrayList<>(this.connections.values());
			this.connections.clear();
		}
		open.forEach((shared) -> shared.connection.close());
	}

	/** A connection and its number of uses. */
	private static final class Shared {

		private final ReconnectingConnection connection;

		private int uses;

		private long unusedSince;

		/** Whether a task that closes the connection is pending. */
		private boolean isScheduled;

		private Shared(ReconnectingConnection connection) {
			this.connection = connection;
		}

	}

	/** One use of a connection. */
	private final class Lease implements RedisConnection {

		private final RedisIdentity identity;

		private final Shared shared;

		private final AtomicBoolean returned = new AtomicBoolean();

		private Lease(RedisIdentity identity, Shared shared) {
			this.identity = identity;
			this.shared = shared;
		}

		@Override
		public Cancellable send(List<byte[]> command, Duration timeout, Consumer<RedisResult> result) {
			if (this.returned.get()) {
				result.accept(new RedisResult.Failure(RedisFailure.CLOSED.text()));
				return () -> {
				};
			}
			return this.shared.connection.send(command, timeout, result);
		}

		@Override
		public void close() {
			if (this.returned.compareAndSet(false, true)) {
				release(this.identity, this.shared);
			}
		}

	}

}
