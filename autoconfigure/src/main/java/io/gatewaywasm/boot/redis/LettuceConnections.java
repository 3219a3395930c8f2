package io.gatewaywasm.boot.redis;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.gatewaywasm.host.spi.Cancellable;
import io.gatewaywasm.host.spi.RedisConnection;
import io.gatewaywasm.host.spi.RedisResult;
import io.lettuce.core.RedisClient;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.resource.ClientResources;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.DisposableBean;

/**
 * Creates connections to Redis with Lettuce, for guests and for the gateway itself.
 * Threads are started with the first connection. Thread-safe.
 */
public final class LettuceConnections implements DisposableBean {

	private static final int THREADS = 2;

	private static final Duration SHUTDOWN = Duration.ofSeconds(2);

	private static final Duration MAX_DELAY = Duration.ofSeconds(5);

	private final Map<RedisServer, LettuceServer> clients = new HashMap<>();

	private @Nullable ClientResources resources;

	/**
	 * Creates a connection for a plugin. It is not {@linkplain ReconnectingConnection
	 * connected} yet.
	 */
	ReconnectingConnection connection(RedisIdentity identity) {
		return connection(identity, "plugin '" + identity.plugin() + "'", MAX_DELAY);
	}

	/**
	 * Opens a connection for the gateway itself, with the declared settings of the
	 * server.
	 * @param user the user of the connection, as named in log messages
	 * @param server the server
	 * @param maxDelay the maximum delay between two attempts to connect
	 * @return the connection, which the caller closes
	 */
	public RedisConnection open(String user, RedisServer server, Duration maxDelay) {
		Integer database = server.database();
		ReconnectingConnection connection = connection(new RedisIdentity(user, server, server.username(),
				server.password(), (database != null) ? database : 0), user, maxDelay);
		connection.connect();
		return new RedisConnection() {

			@Override
			public Cancellable send(List<byte[]> command, Duration timeout, Consumer<RedisResult> result) {
				return connection.send(command, timeout, result);
			}

			@Override
			public void close() {
				connection.close();
			}

		};
	}

	private synchronized ReconnectingConnection connection(RedisIdentity identity, String user, Duration maxDelay) {
		ClientResources shared = this.resources;
		if (shared == null) {
			shared = ClientResources.builder()
				.ioThreadPoolSize(THREADS)
				.computationThreadPoolSize(THREADS)
				.commandLatencyRecorder(CommandLatencyRecorder.disabled())
				.build();
			this.resources = shared;
		}
		ClientResources all = shared;
		RedisClient client = this.clients.computeIfAbsent(identity.server(), (server) -> new LettuceServer(server, all))
			.client();
		return new ReconnectingConnection(() -> client.connectAsync(ByteArrayCodec.INSTANCE, identity.uri()),
				all.eventExecutorGroup(), new RedisFailureLog(user, identity.server()), maxDelay);
	}

	@Override
	@SuppressWarnings("FutureReturnValueIgnored")
	public void destroy() {
		ClientResources used;
		List<LettuceServer> servers;
		synchronized (this) {
			used = this.resources;
			servers = List.copyOf(this.clients.values());
		}
		servers.forEach(
				(server) -> server.client().getResources().shutdown(0, SHUTDOWN.toMillis(), TimeUnit.MILLISECONDS));
		if (used != null) {
			used.shutdown(0, SHUTDOWN.toMillis(), TimeUnit.MILLISECONDS);
		}
	}

}
