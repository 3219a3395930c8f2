package io.gatewaywasm.boot.redis;

import io.gatewaywasm.host.spi.RedisTarget;
import io.lettuce.core.RedisURI;
import org.jspecify.annotations.Nullable;

/**
 * Identifies a connection. {@code user} is the user, or {@code null} for the server's
 * default user. {@code password} is the password, or {@code null} for none.
 */
record RedisIdentity(String plugin, RedisServer server, @Nullable String user, @Nullable String password,
		int database) {

	static RedisIdentity of(RedisTarget target, RedisServer server) {
		Integer fixed = server.database();
		Integer asked = target.database();
		int database = (fixed != null) ? fixed : (asked != null) ? asked : 0;
		return server.hasCredentials()
				? new RedisIdentity(target.plugin(), server, server.username(), server.password(), database)
				: new RedisIdentity(target.plugin(), server, text(target.user()), text(target.password()), database);
	}

	private static @Nullable String text(String value) {
		return value.isEmpty() ? null : value;
	}

	/**
	 * Returns whether both connections belong to the same plugin and server.
	 */
	boolean isOfSamePluginAndServer(RedisIdentity other) {
		return this.plugin.equals(other.plugin) && this.server.equals(other.server);
	}

	RedisURI uri() {
		RedisURI.Builder uri = RedisURI.Builder.redis(this.server.host(), this.server.port())
			.withSsl(this.server.tls())
			.withDatabase(this.database)
			.withTimeout(this.server.connectTimeout());
		char[] secret = (this.password != null) ? this.password.toCharArray() : new char[0];
		if (this.user != null) {
			uri.withAuthentication(this.user, secret);
		}
		else if (this.password != null) {
			uri.withPassword(secret);
		}
		return uri.build();
	}

	/**
	 * Describes the connection without its password.
	 */
	@Override
	public String toString() {
		return "RedisIdentity[" + this.plugin + ", " + this.server + ", user=" + this.user + ", database="
				+ this.database + "]";
	}

}
