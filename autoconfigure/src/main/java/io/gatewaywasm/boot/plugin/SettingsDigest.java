package io.gatewaywasm.boot.plugin;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

import org.jspecify.annotations.Nullable;

/**
 * Computes one digest of several settings.
 */
final class SettingsDigest {

	private final MessageDigest digest;

	SettingsDigest() {
		try {
			this.digest = MessageDigest.getInstance("SHA-256");
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Adds a part together with its length, so that no two lists of parts have the same
	 * digest. {@code null} and an empty part differ.
	 */
	SettingsDigest part(@Nullable String part) {
		byte[] bytes = (part != null) ? part.getBytes(StandardCharsets.UTF_8) : new byte[0];
		this.digest.update(ByteBuffer.allocate(Integer.BYTES).putInt((part != null) ? bytes.length : -1).flip());
		this.digest.update(bytes);
		return this;
	}

	String hex() {
		return HexFormat.of().formatHex(this.digest.digest());
	}

}
