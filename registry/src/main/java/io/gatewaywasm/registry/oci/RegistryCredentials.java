package io.gatewaywasm.registry.oci;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;

import io.gatewaywasm.registry.FetchSettings;
import io.gatewaywasm.registry.RegistrySettings;
import org.jspecify.annotations.Nullable;

/**
 * Credentials for a registry. {@code basic} is the header value for basic authentication,
 * or {@code null}. {@code bearer} is the header value with a bearer token for the
 * registry, or {@code null}. {@code refreshToken} is a refresh token for the token
 * issuer, or {@code null}.
 */
record RegistryCredentials(@Nullable String basic, @Nullable String bearer, @Nullable String refreshToken) {

	static final RegistryCredentials ANONYMOUS = new RegistryCredentials(null, null, null);

	/**
	 * Returns the credentials for a registry: its own, or those in its Docker
	 * configuration, or those in the common Docker configuration. Files are read each
	 * time, because they can be rotated.
	 */
	static RegistryCredentials of(FetchSettings settings, String authority) {
		RegistrySettings registry = settings.registry(authority).orElse(null);
		if (registry != null && registry.token() != null) {
			return token(registry.token());
		}
		if (registry != null && registry.username() != null) {
			return basic(registry.username(), (registry.password() != null) ? registry.password() : "");
		}
		Path dockerConfig = (registry != null && registry.dockerConfig() != null) ? registry.dockerConfig()
				: settings.dockerConfig();
		return (dockerConfig != null) ? DockerConfig.read(dockerConfig, authority) : ANONYMOUS;
	}

	static RegistryCredentials basic(String username, String password) {
		return basic(username + ":" + password);
	}

	/** Returns credentials of user, colon and password. */
	static RegistryCredentials basic(String pair) {
		byte[] bytes = pair.getBytes(StandardCharsets.UTF_8);
		return new RegistryCredentials("Basic " + Base64.getEncoder().encodeToString(bytes), null, null);
	}

	static RegistryCredentials token(String token) {
		return new RegistryCredentials(null, "Bearer " + token, null);
	}

	boolean isAnonymous() {
		return equals(ANONYMOUS);
	}

	/**
	 * Describes the credentials without secrets.
	 */
	@Override
	public String toString() {
		return isAnonymous() ? "anonymous" : "credentials";
	}

}
