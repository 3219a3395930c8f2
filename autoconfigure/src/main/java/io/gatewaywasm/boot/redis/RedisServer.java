package io.gatewaywasm.boot.redis;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.SslBundle;

/**
 * A Redis server that guests can call. Its settings take precedence over those that a
 * guest specifies.
 *
 * @param name the name under which the server is declared
 * @param host the name or address of the host
 * @param port the port
 * @param tls whether connections use TLS
 * @param sslBundle the keys and certificates, or {@code null} for those of the JVM
 * @param username the user, or {@code null} for the default user or the guest's
 * @param password the password, or {@code null} for none or the guest's
 * @param database the database number, or {@code null} for 0 or the guest's
 * @param maxReplySize the maximum size of a reply in bytes
 * @param connectTimeout the timeout for connecting and logging in
 */
public record RedisServer(String name, String host, int port, boolean tls, @Nullable SslBundle sslBundle,
		@Nullable String username, @Nullable String password, @Nullable Integer database, int maxReplySize,
		Duration connectTimeout) {

	/** The default maximum size of a reply in megabytes. */
	public static final int REPLY_MB = 1;

	/**
	 * The maximum size, in bytes, of the commands without a reply that a connection
	 * keeps.
	 */
	public static final long MAX_PENDING_BYTES = 16L << 20;

	/** The default timeout for connecting and logging in, in seconds. */
	public static final int CONNECT_TIMEOUT_SECONDS = 2;

	/**
	 * Returns whether the operator has set credentials, so that a guest's are ignored.
	 */
	boolean hasCredentials() {
		return this.username != null || this.password != null;
	}

	/**
	 * Returns a copy with another maximum size of a reply.
	 */
	public RedisServer withMaxReplySize(int size) {
		return new RedisServer(this.name, this.host, this.port, this.tls, this.sslBundle, this.username, this.password,
				this.database, size, this.connectTimeout);
	}

	/**
	 * Describes the server without its password.
	 */
	@Override
	public String toString() {
		return "RedisServer[" + this.name + " at " + this.host + ":" + this.port + "]";
	}

}
