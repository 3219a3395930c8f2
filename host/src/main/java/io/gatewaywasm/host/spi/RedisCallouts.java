package io.gatewaywasm.host.spi;

import org.jspecify.annotations.Nullable;

/**
 * Opens connections on which guests call Redis. Thread-safe.
 */
@FunctionalInterface
public interface RedisCallouts {

	/** Without a Redis client, guests get {@code UNIMPLEMENTED}. */
	RedisCallouts NONE = (target) -> null;

	/**
	 * Opens a connection. Does not block or wait until the server is reached. Connections
	 * are not shared between plugins, but a plugin can share one for the same server,
	 * user and database.
	 * @param target the server
	 * @return the connection, or {@code null} if the plugin may not call that server
	 */
	@Nullable RedisConnection open(RedisTarget target);

}
