package io.gatewaywasm.registry.oci;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.stream.Stream;

import io.gatewaywasm.registry.FetchFailure;
import io.gatewaywasm.registry.ModuleFetchException;
import org.jspecify.annotations.Nullable;

/**
 * The {@code auths} of a Docker {@code config.json}, as written by {@code docker login}
 * and mounted by Kubernetes. Credential helpers are not supported, because they are
 * programs.
 */
final class DockerConfig {

	private DockerConfig() {
	}

	static RegistryCredentials read(Path file, String authority) {
		JsonObject auths = parse(file).object("auths");
		return Stream.of(authority, "https://" + authority, "http://" + authority, "https://" + authority + "/v2/")
			.filter(auths::has)
			.findFirst()
			.map((name) -> credentials(auths.object(name), file))
			.orElse(RegistryCredentials.ANONYMOUS);
	}

	private static JsonObject parse(Path file) {
		try {
			return JsonObject.parse(Files.readAllBytes(file), "Docker configuration '%s'".formatted(file));
		}
		catch (IOException ex) {
			throw unusable(file, ex);
		}
	}

	private static RegistryCredentials credentials(JsonObject auth, Path file) {
		if (auth.string("registrytoken") != null) {
			return RegistryCredentials.token(String.valueOf(auth.string("registrytoken")));
		}
		RegistryCredentials basic = basic(auth, file);
		String identity = auth.string("identitytoken");
		return (identity != null) ? new RegistryCredentials(basic.basic(), null, identity) : basic;
	}

	private static RegistryCredentials basic(JsonObject auth, Path file) {
		String username = auth.string("username");
		String password = auth.string("password");
		if (username != null && password != null) {
			return RegistryCredentials.basic(username, password);
		}
		String encoded = auth.string("auth");
		if (encoded == null || encoded.isEmpty()) {
			return RegistryCredentials.ANONYMOUS;
		}
		try {
			String pair = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
			int colon = pair.indexOf(':');
			if (colon > 0) {
				return RegistryCredentials.basic(pair.substring(0, colon), pair.substring(colon + 1));
			}
			throw unusable(file, null);
		}
		catch (IllegalArgumentException ex) {
			throw unusable(file, ex);
		}
	}

	private static ModuleFetchException unusable(Path file, @Nullable Exception cause) {
		return new ModuleFetchException(FetchFailure.REQUEST,
				"The Docker configuration '%s' cannot be used".formatted(file),
				"Check that the gateway has permission to read it and that 'docker login' has written its 'auths'.",
				cause);
	}

}
