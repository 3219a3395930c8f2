package io.gatewaywasm.registry;

import java.nio.file.Path;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Settings of a single registry.
 *
 * @param host the host, with the port if it is not the default of the protocol
 * @param insecure whether the registry uses HTTP without TLS
 * @param username the login user, or {@code null}
 * @param password the password, or {@code null}
 * @param token a bearer token to send as it is, or {@code null}
 * @param dockerConfig a Docker {@code config.json} with credentials, or {@code null}
 * @param sslBundle the name of the SSL bundle for connections to the registry, or {@code
 * null}
 * @param tokenHosts other hosts that receive the credentials because they issue the
 * registry's tokens
 */
public record RegistrySettings(String host, boolean insecure, @Nullable String username, @Nullable String password,
		@Nullable String token, @Nullable Path dockerConfig, @Nullable String sslBundle, List<String> tokenHosts) {

	public RegistrySettings {
		tokenHosts = List.copyOf(tokenHosts);
	}

	/**
	 * Describes the settings without secrets.
	 */
	@Override
	public String toString() {
		return "RegistrySettings[host=" + this.host + ", insecure=" + this.insecure + ", sslBundle=" + this.sslBundle
				+ "]";
	}

}
