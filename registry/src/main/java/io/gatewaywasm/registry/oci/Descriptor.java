package io.gatewaywasm.registry.oci;

import org.jspecify.annotations.Nullable;

/**
 * A part of an image, as described in its manifest.
 *
 * @param mediaType the media type, possibly empty
 * @param digest the digest
 * @param size the size in bytes
 * @param json the whole description
 */
public record Descriptor(String mediaType, Digest digest, long size, JsonObject json) {

	static Descriptor of(JsonObject json) {
		String mediaType = json.string("mediaType");
		String digest = json.string("digest");
		return new Descriptor((mediaType != null) ? mediaType : "", Digest.parse((digest != null) ? digest : ""),
				json.number("size"), json);
	}

	/**
	 * Returns the value of an annotation, or {@code null}.
	 */
	public @Nullable String annotation(String name) {
		return this.json.object("annotations").string(name);
	}

}
