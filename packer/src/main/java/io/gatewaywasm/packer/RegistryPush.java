package io.gatewaywasm.packer;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Pushes images to one registry.
 */
public final class RegistryPush {

	private static final Pattern CHALLENGE = Pattern.compile("(\\w+)=\"([^\"]*)\"");

	private static final Pattern TOKEN = Pattern.compile("\"(?:access_)?token\"\\s*:\\s*\"([^\"\\\\]+)\"");

	private final HttpClient client = HttpClient.newBuilder()
		.version(HttpClient.Version.HTTP_1_1)
		.connectTimeout(Duration.ofSeconds(10))
		.build();

	private final RegistryTarget target;

	private final String base;

	private final @Nullable String basic;

	private @Nullable String authorization;

	/**
	 * Creates a new push.
	 * @param target the image to push
	 * @param insecure whether the registry uses HTTP without TLS
	 * @param credentials user, colon and password, or {@code null}
	 */
	public RegistryPush(RegistryTarget target, boolean insecure, @Nullable String credentials) {
		this.target = target;
		this.base = (insecure ? "http://" : "https://") + target.registry() + "/v2/" + target.repository();
		this.basic = (credentials != null)
				? "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8)) : null;
	}

	/**
	 * Pushes an image and sets the tag of the target to it.
	 * @param image the image
	 * @return the digest of its manifest
	 */
	public String push(Image image) {
		List<Blob> blobs = new ArrayList<>(image.layers());
		blobs.add(image.config());
		blobs.forEach(this::upload);
		put(URI.create(this.base + "/manifests/" + this.target.tag()), image.manifest());
		return image.manifest().digest();
	}

	/**
	 * Pushes a blob unless the registry already has it.
	 * @param blob the blob
	 */
	public void upload(Blob blob) {
		URI existing = URI.create(this.base + "/blobs/" + blob.digest());
		if (send(HttpRequest.newBuilder(existing).method("HEAD", HttpRequest.BodyPublishers.noBody()))
			.statusCode() == 200) {
			return;
		}
		HttpResponse<String> started = send(HttpRequest.newBuilder(URI.create(this.base + "/blobs/uploads/"))
			.POST(HttpRequest.BodyPublishers.noBody()));
		check(started, 202);
		String location = started.headers()
			.firstValue("location")
			.orElseThrow(() -> new PackerException("The registry does not return an upload location"));
		URI upload = URI.create(this.base).resolve(location);
		String separator = (upload.getRawQuery() != null) ? "&" : "?";
		put(URI.create(upload + separator + "digest=" + blob.digest()),
				new Blob("application/octet-stream", blob.bytes()));
	}

	/**
	 * Pushes a manifest under a tag or digest.
	 * @param name a tag or digest
	 * @param manifest the manifest
	 */
	public void manifest(String name, Blob manifest) {
		put(URI.create(this.base + "/manifests/" + name), manifest);
	}

	private void put(URI uri, Blob blob) {
		check(send(HttpRequest.newBuilder(uri)
			.header("content-type", blob.mediaType())
			.PUT(HttpRequest.BodyPublishers.ofByteArray(blob.bytes()))), 201);
	}

	private HttpResponse<String> send(HttpRequest.Builder request) {
		HttpResponse<String> response = exchange(request, this.authorization);
		if (response.statusCode() == 401) {
			this.authorization = authenticate(response.headers().firstValue("www-authenticate").orElse(""));
			return exchange(request, this.authorization);
		}
		return response;
	}

	private HttpResponse<String> exchange(HttpRequest.Builder request, @Nullable String authorization) {
		HttpRequest.Builder builder = request.copy().timeout(Duration.ofMinutes(2));
		URI uri = request.copy().build().uri();
		if (authorization != null && this.target.registry().equalsIgnoreCase(uri.getRawAuthority())) {
			builder.setHeader("authorization", authorization);
		}
		try {
			return this.client.send(builder.build(), BodyHandlers.ofString());
		}
		catch (IOException ex) {
			throw new PackerException("'%s' cannot be reached: %s".formatted(uri.getRawAuthority(), ex));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new PackerException("The push was interrupted");
		}
	}

	private @Nullable String authenticate(String challenge) {
		if (!challenge.toLowerCase(Locale.ROOT).startsWith("bearer")) {
			return this.basic;
		}
		String realm = null;
		StringBuilder query = new StringBuilder();
		Matcher parameter = CHALLENGE.matcher(challenge);
		while (parameter.find()) {
			if (parameter.group(1).equals("realm")) {
				realm = parameter.group(2);
			}
			else if (!parameter.group(1).equals("error")) {
				query.append(query.isEmpty() ? "?" : "&")
					.append(parameter.group(1))
					.append('=')
					.append(parameter.group(2));
			}
		}
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(realm + query)).GET();
		if (this.basic != null) {
			request.header("authorization", this.basic);
		}
		Matcher token = TOKEN.matcher(exchange(request, null).body());
		return token.find() ? "Bearer " + token.group(1) : null;
	}

	private void check(HttpResponse<String> response, int expected) {
		if (response.statusCode() != expected) {
			throw new PackerException("'%s' responds with status %d: %s".formatted(this.target.registry(),
					response.statusCode(), response.body().strip()));
		}
	}

}
