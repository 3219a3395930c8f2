package io.gatewaywasm.tck.exchange;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Converts bytes to text that can be read and compared.
 */
final class Bytes {

	private static final int SHOWN = 400;

	private Bytes() {
	}

	static String describe(byte[] bytes) {
		return (bytes.length <= SHOWN) ? escape(new String(bytes, StandardCharsets.ISO_8859_1))
				: "<" + bytes.length + " bytes, " + hash(bytes) + ">";
	}

	static String escape(String latin1) {
		StringBuilder escaped = new StringBuilder();
		for (int i = 0; i < latin1.length(); i++) {
			char character = latin1.charAt(i);
			if (character >= ' ' && character < 127 && character != '\\') {
				escaped.append(character);
			}
			else {
				escaped.append("\\x").append(HexFormat.of().toHexDigits((byte) character));
			}
		}
		return escaped.toString();
	}

	private static String hash(byte[] bytes) {
		try {
			return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)).substring(0, 12);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
