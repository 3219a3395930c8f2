package io.gatewaywasm.boot.fetch.oci;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.gatewaywasm.boot.fetch.FetchFailure;
import io.gatewaywasm.boot.fetch.ModuleFetchException;

/**
 * The digest of a manifest or blob.
 *
 * @param algorithm {@code sha256} or {@code sha512}
 * @param hex the digest in lower-case hexadecimal digits
 */
public record Digest(String algorithm, String hex) {

	static final String PATTERN = "sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}";

	private static final Pattern FORMAT = Pattern.compile("(sha256|sha512):([0-9a-f]+)");

	private static final Map<String, String> ALGORITHMS = Map.of("sha256", "SHA-256", "sha512", "SHA-512");

	/**
	 * Read a digest.
	 * @param text the algorithm, a colon, and hexadecimal digits
	 * @return the digest
	 * @throws ModuleFetchException if it is no digest of a known algorithm
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
	 * Return the SHA-256 digest of some bytes.
	 * @param bytes the bytes
	 * @return their digest
	 */
	public static Digest sha256(byte[] bytes) {
		return new Digest("sha256", hex("sha256", bytes));
	}

	/**
	 * Make sure that bytes have this digest.
	 * @param bytes the bytes
	 * @param what what they are, for messages
	 * @return the bytes
	 * @throws ModuleFetchException if they have another
	 */
	public byte[] check(byte[] bytes, String what) {
		String actual = hex(this.algorithm, bytes);
		if (!actual.equals(this.hex)) {
			throw new ModuleFetchException(FetchFailure.DIGEST_MISMATCH,
					"The %s has the digest %s:%s, not %s as required".formatted(what, this.algorithm, actual, this),
					"Whoever serves it has damaged or exchanged it. Check the registry and what is between.");
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
	 * Return the digest as it stands in references.
	 */
	@Override
	public String toString() {
		return this.algorithm + ":" + this.hex;
	}

}
