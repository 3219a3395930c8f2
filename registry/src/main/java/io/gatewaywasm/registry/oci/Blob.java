package io.gatewaywasm.registry.oci;

/**
 * A blob of an image: a layer, a configuration or a manifest.
 *
 * @param mediaType the media type
 * @param bytes the content
 */
public record Blob(String mediaType, byte[] bytes) {

	/**
	 * Returns the digest of the content.
	 * @return the digest with its algorithm, as in image references
	 */
	public String digest() {
		return Digest.sha256(this.bytes).toString();
	}

	String descriptor() {
		return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}".formatted(this.mediaType, digest(),
				this.bytes.length);
	}

}
