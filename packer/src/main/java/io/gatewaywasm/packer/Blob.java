package io.gatewaywasm.packer;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A part of an image.
 *
 * @param mediaType its type
 * @param bytes its content
 */
public record Blob(String mediaType, byte[] bytes) {

	/**
	 * Return the digest of the content.
	 * @return the digest as references have it
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
