package io.gatewaywasm.registry.oci;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;

import io.gatewaywasm.registry.FetchFailure;
import io.gatewaywasm.registry.ModuleFetchException;
import io.gatewaywasm.registry.http.Deadline;
import io.gatewaywasm.registry.http.TransportResponse;
import io.gatewaywasm.registry.http.TransportRequest;
import io.gatewaywasm.registry.http.HttpTransport;
import io.gatewaywasm.registry.http.Origin;

/**
 * Requests tokens for a repository. The registry says which host issues them, but that
 * alone does not entitle the host to receive the registry's credentials.
 */
final class TokenIssuer {

	private static final long MAX_ANSWER = 1024 * 1024;

	private final HttpTransport client;

	private final Origin registry;

	private final String repository;

	private final String actions;

	private final Predicate<Origin> trusted;

	/**
	 * Creates an issuer. {@code client} sends the requests. {@code actions} is what the
	 * tokens allow, for example {@code pull,push}. {@code trusted} has the hosts, other
	 * than the registry, that receive the credentials.
	 */
	TokenIssuer(HttpTransport client, Origin registry, String repository, String actions, Predicate<Origin> trusted) {
		this.client = client;
		this.registry = registry;
		this.repository = repository;
		this.actions = actions;
		this.trusted = trusted;
	}

	/** Returns the header value with a token. */
	String token(BearerChallenge challenge, RegistryCredentials credentials, Deadline deadline) {
		Origin issuer = Origin.of(challenge.realm());
		if (this.registry.isSecure() && !issuer.isSecure()) {
			throw new ModuleFetchException(FetchFailure.PROTOCOL,
					"'%s' requires a token from '%s', which does not use TLS".formatted(this.registry.authority(),
							issuer.authority()),
					"Check the registry.");
		}
		boolean trusted = issuer.equals(this.registry) || this.trusted.test(issuer);
		TransportResponse response = this.client
			.send(request(challenge, trusted ? credentials : RegistryCredentials.ANONYMOUS), deadline);
		if (response.status() != 200) {
			throw refused(issuer, response.status(), !trusted && !credentials.isAnonymous());
		}
		JsonObject json = JsonObject.parse(response.body(), "response of '%s'".formatted(issuer.authority()));
		String token = (json.string("token") != null) ? json.string("token") : json.string("access_token");
		if (token == null || !token.matches("[\\x21-\\x7e]+")) {
			throw new ModuleFetchException(FetchFailure.PROTOCOL,
					"'%s' responds without a token".formatted(issuer.authority()), "Check the registry.");
		}
		return "Bearer " + token;
	}

	private TransportRequest request(BearerChallenge challenge, RegistryCredentials credentials) {
		String parameters = "scope=" + encode("repository:" + this.repository + ":" + this.actions)
				+ ((challenge.service() != null) ? "&service=" + encode(challenge.service()) : "");
		if (credentials.refreshToken() != null) {
			String form = "grant_type=refresh_token&client_id=gateway-wasm&" + parameters + "&refresh_token="
					+ encode(credentials.refreshToken());
			return TransportRequest.form(challenge.realm(), "application/json", form, MAX_ANSWER);
		}
		String realm = challenge.realm().toString();
		URI uri = URI.create(realm + (realm.contains("?") ? "&" : "?") + parameters);
		return TransportRequest.get(uri, "application/json", MAX_ANSWER).authorized(credentials.basic());
	}

	private ModuleFetchException refused(Origin issuer, int status, boolean withheld) {
		String message = "'%s' does not issue a token for '%s' of '%s' (status %d)".formatted(issuer.authority(),
				this.repository, this.registry.authority(), status);
		if (withheld) {
			return new ModuleFetchException(FetchFailure.UNAUTHORIZED,
					message + ". The credentials were not sent to it, because it is not the host of the registry",
					"To send them to this host, add it to 'gateway.wasm.registries.<name>.token-hosts'.");
		}
		return new ModuleFetchException(FetchFailure.UNAUTHORIZED, message,
				"Check that the repository exists, and check the credentials in 'gateway.wasm.registries'.");
	}

	private static String encode(String value) {
		return URLEncoder.encode(value, StandardCharsets.UTF_8);
	}

}
