package io.gatewaywasm.boot.fetch.oci;

import org.jspecify.annotations.Nullable;

/**
 * What a manifest says about one of its parts.
 *
 * @param mediaType its type, possibly empty
 * @param digest its digest
 * @param size its size in bytes
 * @param json all that is said
 */
public record Descriptor(String mediaType, Digest digest, long size, JsonObject json) {

	static Descriptor of(JsonObject json) {
		String mediaType = json.string("mediaType");
		String digest = json.string("digest");
		return new Descriptor((mediaType != null) ? mediaType : "", Digest.parse((digest != null) ? digest : ""),
				json.number("size"), json);
	}

	/**
	 * Return an annotation.
	 * @param name its name
	 * @return its value, or {@code null} if there is none
	 */
	public @Nullable String annotation(String name) {
		return this.json.object("annotations").string(name);
	}

}
