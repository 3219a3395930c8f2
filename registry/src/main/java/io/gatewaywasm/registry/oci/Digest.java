package io.gatewaywasm.registry.oci;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.gatewaywasm.registry.FetchFailure;
import io.gatewaywasm.registry.ModuleFetchException;

/**
 * The digest of a manifest or blob.
 *
 * @param algorithm {@code sha256} or {@code sha512}
 * @param hex the digest in lowercase hexadecimal digits
 */
public record Digest(String algorithm, String hex) {

	private static final String SHA256 = "[0-9a-f]{64}";

	static final String PATTERN = "sha256:" + SHA256 + "|sha512:[0-9a-f]{128}";

	private static final Pattern FORMAT = Pattern.compile("(sha256|sha512):([0-9a-f]+)");

	private static final Map<String, String> ALGORITHMS = Map.of("sha256", "SHA-256", "sha512", "SHA-512");

	/**
	 * Parses a digest of the form {@code algorithm:hex}.
	 * @throws ModuleFetchException if the text is not a digest with a known algorithm
	 */
	public static Digest parse(String text) {
		Matcher matcher = FORMAT.matcher(text);
		if (!text.matches(PATTERN) || !matcher.matches()) {
			throw new ModuleFetchException(FetchFailure.PROTOCOL, "'%s' is not a digest".formatted(text),
					"Use an image whose parts have SHA-256 or SHA-512 digests.");
		}
		return new Digest(matcher.group(1), matcher.group(2));
	}

	/**
	 * Returns whether a text is a SHA-256 digest without prefix, in either case.
	 */
	public static boolean isSha256(String text) {
		return text.toLowerCase(Locale.ROOT).matches(SHA256);
	}

	/**
	 * Computes the SHA-256 digest of bytes.
	 */
	public static Digest sha256(byte[] bytes) {
		return new Digest("sha256", hex("sha256", bytes));
	}

	/**
	 * Checks that the bytes have this digest, and returns them.
	 * @param bytes the bytes
	 * @param what the name of the bytes in messages
	 * @throws ModuleFetchException if their digest differs
	 */
	public byte[] check(byte[] bytes, String what) {
		String actual = hex(this.algorithm, bytes);
		if (!actual.equals(this.hex)) {
			throw new ModuleFetchException(FetchFailure.DIGEST_MISMATCH,
					"The digest of the %s is %s:%s, but %s is required".formatted(what, this.algorithm, actual, this),
					"The content was damaged or replaced. Check the registry and proxies in between.");
		}
		return bytes;
	}

	private static String hex(String algorithm, byte[] bytes) {
		try {
			return HexFormat.of().formatHex(MessageDigest.getInstance(ALGORITHMS.get(algorithm)).digest(bytes));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Returns the digest in the form that references use.
	 */
	@Override
	public String toString() {
		return this.algorithm + ":" + this.hex;
	}

}
