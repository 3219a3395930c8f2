package io.gatewaywasm.registry.oci;

import java.net.URI;
import java.util.List;
import java.util.Optional;

import io.gatewaywasm.registry.FetchFailure;
import io.gatewaywasm.registry.FetchSettings;
import io.gatewaywasm.registry.ModuleFetchException;
import io.gatewaywasm.registry.RegistrySettings;
import io.gatewaywasm.registry.http.Deadline;
import io.gatewaywasm.registry.http.TransportResponse;
import io.gatewaywasm.registry.http.TransportRequest;
import io.gatewaywasm.registry.http.HttpTransport;
import io.gatewaywasm.registry.http.Origin;
import io.gatewaywasm.registry.http.Retries;
import org.jspecify.annotations.Nullable;

/**
 * The requests of one fetch to one repository. The ORAS SDK is not used, because it
 * connects with its own client, which can neither refuse addresses nor limit the size of
 * responses. All content that it returns has the requested digest. Not thread-safe.
 */
public final class RegistrySession {

	private static final long MAX_MANIFEST = 4 * 1024 * 1024;

	private final RegistryConnection connection;

	private final ImageReference image;

	/**
	 * Creates a session.
	 * @param transport sends the requests
	 * @param settings the settings of the registry
	 * @param deadline the deadline of the fetch
	 * @param image the image, which determines the repository
	 */
	public RegistrySession(HttpTransport transport, FetchSettings settings, Deadline deadline, ImageReference image) {
		Optional<RegistrySettings> registry = settings.registry(image.registry());
		List<String> tokenHosts = registry.map(RegistrySettings::tokenHosts).orElse(List.of());
		String base = RegistryConnection.base(image, registry.map(RegistrySettings::insecure).orElse(false));
		TokenIssuer tokens = new TokenIssuer(transport, Origin.of(URI.create(base)), image.repository(), "pull",
				(issuer) -> tokenHosts.stream().anyMatch(issuer.authority()::equalsIgnoreCase));
		this.image = image;
		this.connection = new RegistryConnection(transport, new Retries(settings.retries(), settings.retryBackoff()),
				deadline, base, RegistryCredentials.of(settings, image.registry()), tokens);
	}

	/**
	 * Returns the manifest or index that the image reference currently refers to.
	 * @throws ModuleFetchException if there is none
	 */
	public Manifest resolve() {
		return find(this.image.manifestName()).orElseThrow(() -> new ModuleFetchException(FetchFailure.NOT_FOUND,
				"The image '%s' does not exist".formatted(this.image),
				"Check the location and that the image has been pushed."));
	}

	/**
	 * Returns a manifest that an index lists.
	 * @throws ModuleFetchException if there is none
	 */
	public Manifest manifest(Digest digest) {
		return find(digest.toString()).orElseThrow(() -> new ModuleFetchException(FetchFailure.NOT_FOUND,
				"The registry does not have the manifest %s of '%s'".formatted(digest, this.image),
				"Push the image again."));
	}

	/**
	 * Finds a manifest by digest or tag.
	 */
	public Optional<Manifest> find(String name) {
		TransportResponse response = this.connection
			.send(TransportRequest.get(this.connection.uri("/manifests/" + name), Manifest.ACCEPTED, MAX_MANIFEST));
		if (response.status() == 404) {
			return Optional.empty();
		}
		byte[] body = body(response);
		Digest digest = name.matches(Digest.PATTERN) ? Digest.parse(name) : announced(response, body);
		return Optional.of(Manifest.parse(digest, digest.check(body, "manifest of '%s'".formatted(this.image))));
	}

	private static Digest announced(TransportResponse response, byte[] body) {
		String header = response.header("docker-content-digest");
		return (header != null && header.matches(Digest.PATTERN)) ? Digest.parse(header) : Digest.sha256(body);
	}

	/**
	 * Returns a blob.
	 * @param blob the descriptor from the manifest
	 * @param limit the maximum size in bytes
	 * @param setting the property that raises the limit, or {@code null}
	 * @throws ModuleFetchException if the blob is missing, too large or has another
	 * digest
	 */
	public byte[] blob(Descriptor blob, long limit, @Nullable String setting) {
		if (blob.size() > limit) {
			throw new ModuleFetchException(FetchFailure.TOO_LARGE,
					"A part of '%s' has %d bytes, but at most %d are allowed".formatted(this.image, blob.size(), limit),
					(setting != null) ? "If the module is expected to be that large, raise '%s'.".formatted(setting)
							: "Check that this is the intended image.");
		}
		TransportRequest request = TransportRequest.get(this.connection.uri("/blobs/" + blob.digest()), "*/*",
				(blob.size() >= 0) ? blob.size() : limit);
		TransportResponse response = this.connection
			.send((blob.size() < 0 && setting != null) ? request.limitedBy(setting) : request);
		return blob.digest().check(body(response), "part of '%s'".formatted(this.image));
	}

	/**
	 * Returns the manifests that refer to a manifest. If the registry does not support
	 * the referrers API, the tag that the specification defines as its substitute is
	 * used.
	 */
	public List<Descriptor> referrers(Digest digest) {
		TransportResponse response = this.connection
			.send(TransportRequest.get(this.connection.uri("/referrers/" + digest), Manifest.ACCEPTED, MAX_MANIFEST));
		if (response.status() == 200) {
			return Manifest.parse(Digest.sha256(response.body()), response.body()).manifests();
		}
		return find(digest.algorithm() + "-" + digest.hex()).map(Manifest::manifests).orElse(List.of());
	}

	private byte[] body(TransportResponse response) {
		return switch (response.status()) {
			case 200 -> response.body();
			case 401,
					403 ->
				throw new ModuleFetchException(FetchFailure.UNAUTHORIZED,
						"'%s' cannot be read with %s (status %d)".formatted(this.image,
								this.connection.credentials().isAnonymous() ? "no credentials"
										: "the configured credentials",
								response.status()),
						"Check the credentials in 'gateway.wasm.registries' and their permissions.");
			case 404 -> throw new ModuleFetchException(FetchFailure.NOT_FOUND,
					"The registry does not have all parts of '%s'".formatted(this.image), "Push the image again.");
			default -> throw new ModuleFetchException(FetchFailure.PROTOCOL,
					"'%s' responds with status %d".formatted(response.uri().getHost(), response.status()),
					"Check that the location is that of a registry.");
		};
	}

	/**
	 * Returns the reference of the image.
	 */
	public ImageReference image() {
		return this.image;
	}

}
