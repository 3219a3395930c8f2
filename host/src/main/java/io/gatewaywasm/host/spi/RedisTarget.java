package io.gatewaywasm.host.spi;

import org.jspecify.annotations.Nullable;

/**
 * The Redis server that a guest calls, and the login it specifies. The operator's
 * settings of that server take precedence.
 *
 * @param plugin the id of the plugin
 * @param upstream the name of the server as the guest specifies it, without parameters
 * @param user the user, empty for the server's default user
 * @param password the password, empty for none
 * @param database the database number, or {@code null} for the default
 */
public record RedisTarget(String plugin, String upstream, String user, String password, @Nullable Integer database) {

	/**
	 * Describes the target without its password.
	 */
	@Override
	public String toString() {
		return "RedisTarget[plugin=" + this.plugin + ", upstream=" + this.upstream + ", user=" + this.user
				+ ", database=" + this.database + "]";
	}

}
