package io.gatewaywasm.registry.oci;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.gatewaywasm.registry.FetchFailure;
import io.gatewaywasm.registry.ModuleFetchException;
import io.gatewaywasm.registry.http.Deadline;
import io.gatewaywasm.registry.http.TransportResponse;
import io.gatewaywasm.registry.http.TransportRequest;
import io.gatewaywasm.registry.http.HttpTransport;
import io.gatewaywasm.registry.http.Origin;
import io.gatewaywasm.registry.http.Retries;
import org.jspecify.annotations.Nullable;

/**
 * Pushes images to one repository. The host that issues the registry's tokens receives
 * the credentials, as with {@code docker login}. Not thread-safe.
 */
public final class ImagePush {

	private static final long MAX_ANSWER = 1024 * 1024;

	/** Only single requests are limited in time. */
	private static final Duration NO_DEADLINE = Duration.ofDays(1);

	private final ImageReference target;

	private final RegistryConnection connection;

	/**
	 * Creates a push.
	 * @param transport sends the requests
	 * @param target the image to push, with a tag
	 * @param insecure whether the registry uses HTTP without TLS
	 * @param credentials user, colon and password, or {@code null}
	 */
	public ImagePush(HttpTransport transport, ImageReference target, boolean insecure, @Nullable String credentials) {
		String base = RegistryConnection.base(target, insecure);
		TokenIssuer tokens = new TokenIssuer(transport, Origin.of(URI.create(base)), target.repository(), "pull,push",
				(issuer) -> true);
		this.target = target;
		this.connection = new RegistryConnection(transport, new Retries(0, Duration.ofSeconds(1)),
				Deadline.in(NO_DEADLINE), base,
				(credentials != null) ? RegistryCredentials.basic(credentials) : RegistryCredentials.ANONYMOUS, tokens);
	}

	/**
	 * Pushes an image and sets the tag of the target to it.
	 * @return the digest of its manifest
	 * @throws ModuleFetchException if the registry refuses the image
	 */
	public String push(Image image) {
		List<Blob> blobs = new ArrayList<>(image.layers());
		blobs.add(image.config());
		blobs.forEach(this::upload);
		manifest(this.target.manifestName(), image.manifest());
		return image.manifest().digest();
	}

	/**
	 * Pushes a blob unless the registry already has it.
	 * @throws ModuleFetchException if the registry refuses the blob
	 */
	public void upload(Blob blob) {
		URI existing = this.connection.uri("/blobs/" + blob.digest());
		if (this.connection.send(request("HEAD", existing, Map.of(), null)).status() == 200) {
			return;
		}
		URI uploads = this.connection.uri("/blobs/uploads/");
		TransportResponse started = check(this.connection.send(request("POST", uploads, Map.of(), null)), 202);
		String location = started.header("location");
		if (location == null) {
			throw new ModuleFetchException(FetchFailure.PROTOCOL, "The registry does not return an upload location",
					"Check the registry.");
		}
		URI upload = uploads.resolve(location);
		String separator = (upload.getRawQuery() != null) ? "&" : "?";
		put(URI.create(upload + separator + "digest=" + blob.digest()),
				new Blob("application/octet-stream", blob.bytes()));
	}

	/**
	 * Pushes a manifest under a tag or digest.
	 * @param name a tag or digest
	 * @param manifest the manifest
	 * @throws ModuleFetchException if the registry refuses the manifest
	 */
	public void manifest(String name, Blob manifest) {
		put(this.connection.uri("/manifests/" + name), manifest);
	}

	private void put(URI uri, Blob blob) {
		check(this.connection.send(request("PUT", uri, Map.of("content-type", blob.mediaType()), blob.bytes())), 201);
	}

	private static TransportRequest request(String method, URI uri, Map<String, String> headers,
			byte @Nullable [] body) {
		return new TransportRequest(method, uri, headers, null, body, MAX_ANSWER, null);
	}

	private TransportResponse check(TransportResponse response, int expected) {
		int status = response.status();
		if (status != expected) {
			throw new ModuleFetchException(
					(status == 401 || status == 403) ? FetchFailure.UNAUTHORIZED : FetchFailure.PROTOCOL,
					"'%s' responds with status %d: %s".formatted(this.target.registry(), status,
							new String(response.body(), StandardCharsets.UTF_8).strip()),
					"Check user, password and repository.");
		}
		return response;
	}

}
