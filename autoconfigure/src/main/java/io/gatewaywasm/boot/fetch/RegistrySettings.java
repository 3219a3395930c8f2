package io.gatewaywasm.boot.fetch;

import java.nio.file.Path;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What is special about one registry.
 *
 * @param host its host, and its port if that is not the protocol's own
 * @param insecure whether it speaks HTTP without TLS
 * @param username the user to log in as, or {@code null}
 * @param password the user's password, or {@code null}
 * @param token a bearer token to use as it is, or {@code null}
 * @param dockerConfig a Docker {@code config.json} with credentials, or {@code null}
 * @param sslBundle the name of the SSL bundle for connections to it, or {@code null}
 * @param tokenHosts other hosts that may be given these credentials, because they issue
 * the registry's tokens
 */
public record RegistrySettings(String host, boolean insecure, @Nullable String username, @Nullable String password,
		@Nullable String token, @Nullable Path dockerConfig, @Nullable String sslBundle, List<String> tokenHosts) {

	public RegistrySettings {
		tokenHosts = List.copyOf(tokenHosts);
	}

	/**
	 * Describe the settings without secrets.
	 */
	@Override
	public String toString() {
		return "RegistrySettings[host=" + this.host + ", insecure=" + this.insecure + ", sslBundle=" + this.sslBundle
				+ "]";
	}

}
