package io.gatewaywasm.host.engine;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The bytes of a module and their digest, which is computed once. The caller does not
 * change the bytes.
 */
public final class ModuleBytes {

	private final byte[] bytes;

	private final String sha256;

	private ModuleBytes(byte[] bytes) {
		this.bytes = bytes;
		try {
			this.sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

	/**
	 * Computes the digest of a module.
	 * @param bytes the bytes, not copied
	 * @return the bytes with their digest
	 */
	public static ModuleBytes of(byte[] bytes) {
		return new ModuleBytes(bytes);
	}

	/**
	 * Returns the bytes.
	 */
	public byte[] bytes() {
		return this.bytes;
	}

	/**
	 * Returns the SHA-256 digest in hexadecimal.
	 */
	public String sha256() {
		return this.sha256;
	}

	@Override
	public String toString() {
		return this.bytes.length + " bytes, sha256 " + this.sha256;
	}

}
