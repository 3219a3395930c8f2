package io.gatewaywasm.registry.verify;

import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.EdDSAParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.gatewaywasm.registry.FetchFailure;
import io.gatewaywasm.registry.ModuleFetchException;
import io.gatewaywasm.registry.oci.Digest;
import org.jspecify.annotations.Nullable;

/**
 * A public key that images must be signed with.
 */
public final class VerificationKey {

	private static final Pattern PEM = Pattern
		.compile("\\s*-----BEGIN PUBLIC KEY-----\\s+([A-Za-z0-9+/=\\s]+)-----END PUBLIC KEY-----\\s*");

	private final PublicKey key;

	private VerificationKey(PublicKey key) {
		this.key = key;
	}

	/**
	 * Parses a key.
	 * @param pem a P-256 ECDSA key or an Ed25519 key, in PEM
	 * @throws ModuleFetchException if the text is not such a key
	 */
	public static VerificationKey parse(String pem) {
		Matcher matcher = PEM.matcher(pem);
		if (!matcher.matches()) {
			throw unusable("is not a public key in PEM", null);
		}
		X509EncodedKeySpec spec;
		try {
			spec = new X509EncodedKeySpec(Base64.getMimeDecoder().decode(matcher.group(1)));
		}
		catch (IllegalArgumentException ex) {
			throw unusable("is not a public key in PEM", ex);
		}
		PublicKey ecdsa = generate("EC", spec);
		if (ecdsa instanceof ECPublicKey key && isP256(key)) {
			return new VerificationKey(key);
		}
		PublicKey ed25519 = generate("Ed25519", spec);
		if (ed25519 != null) {
			return new VerificationKey(ed25519);
		}
		throw unusable("is neither a P-256 ECDSA key nor an Ed25519 key", null);
	}

	private static @Nullable PublicKey generate(String algorithm, X509EncodedKeySpec spec) {
		try {
			return KeyFactory.getInstance(algorithm).generatePublic(spec);
		}
		catch (GeneralSecurityException ex) {
			return null;
		}
	}

	private static boolean isP256(ECPublicKey key) {
		try {
			AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
			parameters.init(new ECGenParameterSpec("secp256r1"));
			ECParameterSpec p256 = parameters.getParameterSpec(ECParameterSpec.class);
			return key.getParams().getCurve().equals(p256.getCurve())
					&& key.getParams().getGenerator().equals(p256.getGenerator());
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static ModuleFetchException unusable(String what, @Nullable Exception cause) {
		return new ModuleFetchException(FetchFailure.REQUEST, "The verification key " + what,
				"Set 'verification-key' to the content of the cosign.pub that 'cosign generate-key-pair' writes, with its first and last "
						+ "line.",
				cause);
	}

	/**
	 * Returns whether a message was signed with the corresponding private key. Current
	 * versions of cosign sign with pre-hashed Ed25519, other tools with pure Ed25519.
	 */
	boolean verifies(byte[] message, byte[] signature) {
		if (this.key instanceof ECPublicKey) {
			return verifies("SHA256withECDSA", null, message, signature);
		}
		return verifies("Ed25519", new EdDSAParameterSpec(true), message, signature)
				|| verifies("Ed25519", new EdDSAParameterSpec(false), message, signature);
	}

	private boolean verifies(String algorithm, @Nullable EdDSAParameterSpec parameters, byte[] message,
			byte[] signature) {
		try {
			Signature verifier = Signature.getInstance(algorithm);
			if (parameters != null) {
				verifier.setParameter(parameters);
			}
			verifier.initVerify(this.key);
			verifier.update(message);
			return verifier.verify(signature);
		}
		catch (GeneralSecurityException ex) {
			return false;
		}
	}

	/**
	 * Returns the digest of the key's encoded form.
	 */
	public String fingerprint() {
		return Digest.sha256(this.key.getEncoded()).toString();
	}

}
