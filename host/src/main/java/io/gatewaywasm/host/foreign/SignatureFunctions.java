package io.gatewaywasm.host.foreign;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Locale;
import java.util.Map;

import io.gatewaywasm.host.spi.ForeignCall;
import org.jspecify.annotations.Nullable;

/**
 * The functions {@code verify_signature} and {@code sign} for RSA (PKCS #1 v1.5) and
 * ECDSA signatures with SHA-1 or SHA-2. Arguments and results are protobuf messages. The
 * result reports an invalid signature or an unusable key.
 */
final class SignatureFunctions {

	private static final Map<String, String> HASH_FUNCTIONS = Map.of("sha1", "SHA1", "sha224", "SHA224", "sha256",
			"SHA256", "sha384", "SHA384", "sha512", "SHA512");

	/** Field of all arguments. */
	private static final int HASH_FUNCTION = 1;

	private SignatureFunctions() {
	}

	static byte[] verify(ForeignCall call, byte[] arguments) {
		VerifyArguments message = VerifyArguments.of(ProtobufMessage.parseArguments(arguments));
		String error = verify(message);
		return ProtobufMessage.builder().flag(1, error == null).text(2, (error != null) ? error : "").toByteArray();
	}

	/**
	 * Verifies a signature. Returns the problem, or {@code null} if the signature is
	 * valid.
	 */
	private static @Nullable String verify(VerifyArguments arguments) {
		String hash = HASH_FUNCTIONS.get(arguments.hashFunction().toLowerCase(Locale.ROOT));
		if (hash == null) {
			return unsupported(arguments.hashFunction());
		}
		try {
			PublicKey key = arguments.key().toPublicKey();
			Signature signature = Signature.getInstance(algorithm(hash, key.getAlgorithm()));
			signature.initVerify(key);
			signature.update(arguments.text());
			return signature.verify(arguments.signature()) ? null
					: "The signature does not match the text and the key.";
		}
		catch (GeneralSecurityException | IllegalArgumentException ex) {
			return "The signature cannot be verified: " + ex.getMessage();
		}
	}

	static byte[] sign(ForeignCall call, byte[] arguments) {
		ProtobufMessage message = ProtobufMessage.parseArguments(arguments);
		KeyMaterial material = KeyMaterial.of(message.bytes(2), message.text(4));
		String hash = HASH_FUNCTIONS.get(message.text(HASH_FUNCTION).toLowerCase(Locale.ROOT));
		if (hash == null) {
			return failedToSign(unsupported(message.text(HASH_FUNCTION)));
		}
		try {
			PrivateKey key = material.toPrivateKey();
			Signature signature = Signature.getInstance(algorithm(hash, key.getAlgorithm()));
			signature.initSign(key);
			signature.update(message.bytes(3));
			return ProtobufMessage.builder().flag(1, true).bytes(2, signature.sign()).toByteArray();
		}
		catch (GeneralSecurityException | IllegalArgumentException ex) {
			return failedToSign("The text cannot be signed: " + ex.getMessage());
		}
	}

	private static byte[] failedToSign(String error) {
		return ProtobufMessage.builder().text(3, error).toByteArray();
	}

	private static String algorithm(String hash, String keyAlgorithm) {
		return hash + "with" + (keyAlgorithm.equals("EC") ? "ECDSA" : keyAlgorithm);
	}

	private static String unsupported(String hashFunction) {
		return "Hash function '" + hashFunction + "' is not supported. Use sha1, sha224, sha256, sha384 or sha512.";
	}

	/** A {@code VerifySignatureArguments}. */
	private record VerifyArguments(String hashFunction, KeyMaterial key, byte[] signature, byte[] text) {

		static VerifyArguments of(ProtobufMessage message) {
			return new VerifyArguments(message.text(HASH_FUNCTION), KeyMaterial.of(message.bytes(2), message.text(5)),
					message.bytes(3), message.bytes(4));
		}

	}

}
