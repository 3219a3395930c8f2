package io.gatewaywasm.registry.oci;

import java.util.List;

import io.gatewaywasm.registry.FetchFailure;
import io.gatewaywasm.registry.ModuleFetchException;
import org.jspecify.annotations.Nullable;

/**
 * The manifest of an image, or an index of manifests.
 *
 * @param digest the digest, computed from the bytes that the registry sent
 * @param json the content
 */
public record Manifest(Digest digest, JsonObject json) {

	/** The supported media types of manifests and indexes. */
	static final String ACCEPTED = "application/vnd.oci.image.manifest.v1+json, "
			+ "application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.v2+json, "
			+ "application/vnd.docker.distribution.manifest.list.v2+json";

	/**
	 * Parses a manifest. {@code digest} is the digest, already checked. Throws
	 * {@link ModuleFetchException} if the bytes are not a manifest, or claim to be
	 * several kinds of manifest.
	 */
	static Manifest parse(Digest digest, byte[] bytes) {
		JsonObject json = JsonObject.parse(bytes, "manifest");
		if (json.has("manifests") == json.has("layers")) {
			throw new ModuleFetchException(FetchFailure.UNSUPPORTED_IMAGE,
					"The manifest %s is neither an image manifest nor an image index".formatted(digest),
					"Push the image with a current tool. Formats older than Docker's schema 2 are not supported.");
		}
		return new Manifest(digest, json);
	}

	boolean isIndex() {
		return this.json.has("manifests");
	}

	/**
	 * Returns the layers of an image, from first to last.
	 */
	public List<Descriptor> layers() {
		return this.json.objects("layers").stream().map(Descriptor::of).toList();
	}

	/**
	 * Returns the artifact type, or {@code null} if there is none.
	 */
	public @Nullable String artifactType() {
		String type = this.json.string("artifactType");
		return (type != null) ? type : this.json.object("config").string("mediaType");
	}

	/**
	 * Returns the digest of the manifest that this one refers to, or {@code null}.
	 */
	public @Nullable String subject() {
		return this.json.object("subject").string("digest");
	}

	/**
	 * Returns the entries of an index in their order.
	 */
	public List<Descriptor> manifests() {
		return this.json.objects("manifests").stream().map(Descriptor::of).toList();
	}

}
