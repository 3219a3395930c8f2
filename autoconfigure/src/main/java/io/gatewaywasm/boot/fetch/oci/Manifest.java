package io.gatewaywasm.boot.fetch.oci;

import java.util.List;

import io.gatewaywasm.boot.fetch.FetchFailure;
import io.gatewaywasm.boot.fetch.ModuleFetchException;
import org.jspecify.annotations.Nullable;

/**
 * A manifest, or an index of manifests.
 *
 * @param digest its digest, computed from what the registry sent
 * @param json its content
 */
public record Manifest(Digest digest, JsonObject json) {

	/** The media types of manifests and indexes that are understood. */
	static final String ACCEPTED = "application/vnd.oci.image.manifest.v1+json, "
			+ "application/vnd.oci.image.index.v1+json, application/vnd.docker.distribution.manifest.v2+json, "
			+ "application/vnd.docker.distribution.manifest.list.v2+json";

	/**
	 * Read a manifest.
	 * @param digest its digest, already checked
	 * @param bytes what the registry sent
	 * @return the manifest
	 * @throws ModuleFetchException if it is none, or more than one kind of it
	 */
	static Manifest parse(Digest digest, byte[] bytes) {
		JsonObject json = JsonObject.parse(bytes, "manifest");
		if (json.has("manifests") == json.has("layers")) {
			throw new ModuleFetchException(FetchFailure.UNSUPPORTED_IMAGE,
					"The manifest %s is neither that of an image nor an index of images".formatted(digest),
					"Push the image with a tool of today; the formats before Docker's second schema are not supported.");
		}
		return new Manifest(digest, json);
	}

	boolean isIndex() {
		return this.json.has("manifests");
	}

	/**
	 * Return the layers of an image.
	 * @return the layers, from first to last
	 */
	public List<Descriptor> layers() {
		return this.json.objects("layers").stream().map(Descriptor::of).toList();
	}

	/**
	 * Return the type of an artifact.
	 * @return the type, or {@code null} if it is not said
	 */
	public @Nullable String artifactType() {
		String type = this.json.string("artifactType");
		return (type != null) ? type : this.json.object("config").string("mediaType");
	}

	/**
	 * Return what the manifest is about.
	 * @return the digest of another manifest, or {@code null} if it stands for itself
	 */
	public @Nullable String subject() {
		return this.json.object("subject").string("digest");
	}

	/**
	 * Return the entries of an index.
	 * @return the entries in their order
	 */
	public List<Descriptor> manifests() {
		return this.json.objects("manifests").stream().map(Descriptor::of).toList();
	}

}
