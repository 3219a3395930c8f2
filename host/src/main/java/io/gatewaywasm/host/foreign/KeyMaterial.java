package io.gatewaywasm.host.foreign;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.RSAKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;

/**
 * A key from a guest, in DER or PEM. A public key is a SubjectPublicKeyInfo. A private
 * key is in PKCS #8, or, in PEM, in the older formats of RSA and EC keys. {@code label}
 * is the label of the PEM file, empty for DER.
 */
record KeyMaterial(String label, byte[] der) {

	private static final int MAX_SIZE = 64 * 1024;

	private static final int MAX_RSA_BITS = 8192;

	private static final Pattern PEM = Pattern
		.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----([A-Za-z0-9+/=\\s]*)-----END \\1-----");

	private static final String[] ALGORITHMS = { "RSA", "EC" };

	/**
	 * Returns the key in a message, in which exactly one of two fields is set.
	 * {@code der} is the key in DER, or empty. {@code pem} is the key in PEM, or empty.
	 */
	static KeyMaterial of(byte[] der, String pem) {
		if ((der.length > 0) == !pem.isEmpty() || Math.max(der.length, pem.length()) > MAX_SIZE) {
			throw StatusException.of(Status.BAD_ARGUMENT);
		}
		if (der.length > 0) {
			return new KeyMaterial("", der);
		}
		Matcher matcher = PEM.matcher(pem);
		if (!matcher.find()) {
			return new KeyMaterial("", new byte[0]);
		}
		return new KeyMaterial(matcher.group(1), decode(matcher.group(2)));
	}

	private static byte[] decode(String base64) {
		try {
			return Base64.getMimeDecoder().decode(base64);
		}
		catch (IllegalArgumentException ex) {
			return new byte[0];
		}
	}

	/**
	 * Rejects keys that are so large that their use takes seconds, during which the guest
	 * could not be stopped.
	 */
	private static <K extends Key> K bounded(K key) throws InvalidKeyException {
		if (key instanceof RSAKey rsa && largest(rsa) > MAX_RSA_BITS) {
			throw new InvalidKeyException("it has more than " + MAX_RSA_BITS + " bits");
		}
		return key;
	}

	/**
	 * Returns the number of bits of the largest number in a key. The JDK checks the size
	 * of the modulus only.
	 */
	private static int largest(RSAKey key) {
		Stream<BigInteger> numbers = Stream.of(key.getModulus());
		if (key instanceof RSAPrivateCrtKey all) {
			numbers = Stream.of(all.getModulus(), all.getPrivateExponent(), all.getPublicExponent(), all.getPrimeP(),
					all.getPrimeQ(), all.getPrimeExponentP(), all.getPrimeExponentQ(), all.getCrtCoefficient());
		}
		else if (key instanceof RSAPrivateKey pair) {
			numbers = Stream.of(pair.getModulus(), pair.getPrivateExponent());
		}
		return numbers.mapToInt(BigInteger::bitLength).max().orElse(0);
	}

	PublicKey toPublicKey() throws GeneralSecurityException {
		if (this.label.isEmpty() || this.label.equals("PUBLIC KEY")) {
			for (String algorithm : ALGORITHMS) {
				try {
					return bounded(KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(this.der)));
				}
				catch (InvalidKeySpecException ex) {
					// The key has the other algorithm, or none of them.
				}
			}
		}
		throw new InvalidKeyException("it is not an RSA or EC public key");
	}

	PrivateKey toPrivateKey() throws GeneralSecurityException {
		byte[] pkcs8 = switch (this.label) {
			case "", "PRIVATE KEY" -> this.der;
			case "RSA PRIVATE KEY" -> Pkcs8Keys.rsa(this.der);
			case "EC PRIVATE KEY" -> Pkcs8Keys.ec(this.der);
			default -> new byte[0];
		};
		for (String algorithm : ALGORITHMS) {
			try {
				return bounded(KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8)));
			}
			catch (InvalidKeySpecException ex) {
				// The key has the other algorithm, or none of them.
			}
		}
		throw new InvalidKeyException("it is not an RSA or EC private key");
	}

}
