package io.gatewaywasm.packer;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

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
		return digest(this.bytes);
	}

	static String digest(byte[] bytes) {
		try {
			return "sha256:" + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	String descriptor() {
		return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d}".formatted(this.mediaType, digest(),
				this.bytes.length);
	}

}
