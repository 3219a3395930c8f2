package io.gatewaywasm.registry.oci;

import java.net.URI;
import java.util.List;

import io.gatewaywasm.registry.http.Deadline;
import io.gatewaywasm.registry.http.TransportResponse;
import io.gatewaywasm.registry.http.TransportRequest;
import io.gatewaywasm.registry.http.HttpTransport;
import io.gatewaywasm.registry.http.Origin;
import io.gatewaywasm.registry.http.Retries;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests for one repository and authenticates them when the registry requires it.
 * Not thread-safe.
 */
final class RegistryConnection {

	private final HttpTransport transport;

	private final Retries retries;

	private final Deadline deadline;

	private final String base;

	private final Origin origin;

	private final RegistryCredentials credentials;

	private final TokenIssuer tokens;

	private @Nullable String authorization;

	RegistryConnection(HttpTransport transport, Retries retries, Deadline deadline, String base,
			RegistryCredentials credentials, TokenIssuer tokens) {
		this.transport = transport;
		this.retries = retries;
		this.deadline = deadline;
		this.base = base;
		this.origin = Origin.of(URI.create(base));
		this.credentials = credentials;
		this.tokens = tokens;
		this.authorization = credentials.bearer();
	}

	/** Returns the base of the repository's URIs. */
	static String base(ImageReference image, boolean insecure) {
		return (insecure ? "http" : "https") + "://" + image.registry() + "/v2/" + image.repository();
	}

	URI uri(String path) {
		return URI.create(this.base + path);
	}

	RegistryCredentials credentials() {
		return this.credentials;
	}

	/** Sends a request. Only requests to the registry itself have credentials. */
	TransportResponse send(TransportRequest request) {
		return this.retries.call(this.deadline, () -> {
			boolean own = Origin.of(request.uri()).equals(this.origin);
			TransportResponse response = this.transport.send(own ? request.authorized(this.authorization) : request,
					this.deadline);
			if (response.status() == 401 && own && Origin.of(response.uri()).equals(this.origin)) {
				String authorization = authenticate(response);
				if (authorization != null) {
					this.authorization = authorization;
					return this.transport.send(request.authorized(authorization), this.deadline);
				}
			}
			return response;
		});
	}

	private @Nullable String authenticate(TransportResponse response) {
		List<String> challenges = response.headers("www-authenticate");
		if (this.credentials.bearer() != null) {
			return null;
		}
		if (this.credentials.basic() != null && BearerChallenge.asksForBasic(challenges)) {
			return this.credentials.basic();
		}
		return BearerChallenge.find(challenges)
			.map((challenge) -> this.tokens.token(challenge, this.credentials, this.deadline))
			.orElse(null);
	}

}
