package io.gatewaywasm.registry.verify;

import java.util.EnumSet;
import java.util.Set;

import io.gatewaywasm.registry.FetchFailure;
import io.gatewaywasm.registry.ModuleFetchException;
import io.gatewaywasm.registry.oci.Descriptor;
import io.gatewaywasm.registry.oci.Digest;
import io.gatewaywasm.registry.oci.Manifest;
import io.gatewaywasm.registry.oci.RegistrySession;

/**
 * The signatures of an image, from both places where cosign stores them in a registry.
 * Only keys are supported, and no transparency log is queried.
 */
public final class ImageSignatures {

	/** The maximum number of signatures that are checked. */
	private static final int MAX_SIGNATURES = 32;

	private static final long MAX_SIZE = 1024 * 1024;

	private final RegistrySession session;

	private final Digest image;

	private final VerificationKey key;

	private final Set<SignatureFinding> findings = EnumSet.noneOf(SignatureFinding.class);

	private int checked;

	private ImageSignatures(RegistrySession session, Digest image, VerificationKey key) {
		this.session = session;
		this.image = image;
		this.key = key;
	}

	/**
	 * Checks that an image is signed.
	 * @param session the session with the registry
	 * @param image the digest of the image's manifest or index
	 * @param key the key that the image must be signed with
	 * @throws ModuleFetchException if the image is not signed with the key
	 */
	public static void require(RegistrySession session, Digest image, VerificationKey key) {
		ImageSignatures signatures = new ImageSignatures(session, image, key);
		if (!signatures.hasTagged() && !signatures.hasReferring()) {
			throw signatures.failure();
		}
	}

	private boolean hasTagged() {
		String tag = this.image.algorithm() + "-" + this.image.hex() + ".sig";
		Manifest signatures = this.session.find(tag).orElse(null);
		return signatures != null && !signatures.json().objects("layers").isEmpty()
				&& signatures.layers()
					.stream()
					.filter((layer) -> layer.mediaType().equals(SimpleSigning.MEDIA_TYPE))
					.anyMatch((layer) -> isValid(layer, this::checkSimple));
	}

	private boolean hasReferring() {
		return this.session.referrers(this.image)
			.stream()
			.limit(MAX_SIGNATURES)
			.flatMap((entry) -> this.session.find(entry.digest().toString()).stream())
			.filter((manifest) -> this.image.toString().equals(manifest.subject()))
			.flatMap((manifest) -> manifest.layers().stream())
			.filter((layer) -> layer.mediaType().startsWith(SigstoreBundle.MEDIA_TYPE))
			.anyMatch((layer) -> isValid(layer, this::checkBundle));
	}

	private boolean isValid(Descriptor layer, Check check) {
		if (this.checked++ >= MAX_SIGNATURES) {
			return false;
		}
		SignatureFinding finding = check.apply(layer, this.session.blob(layer, MAX_SIZE, null));
		this.findings.add(finding);
		return finding == SignatureFinding.VALID;
	}

	private SignatureFinding checkSimple(Descriptor layer, byte[] payload) {
		byte[] signature = SigstoreBundle.decode(layer.annotation(SimpleSigning.SIGNATURE));
		return SimpleSigning.check(payload, signature, this.image, this.key);
	}

	private SignatureFinding checkBundle(Descriptor layer, byte[] bundle) {
		return SigstoreBundle.check(bundle, this.image, this.key);
	}

	private ModuleFetchException failure() {
		if (this.findings.isEmpty()) {
			return new ModuleFetchException(FetchFailure.SIGNATURE_MISSING,
					"The image '%s' (%s) is not signed".formatted(this.session.image(), this.image),
					"Sign it with 'cosign sign --key …', or use a signed image.");
		}
		return new ModuleFetchException(FetchFailure.SIGNATURE_INVALID,
				"The image '%s' (%s) is not signed with the verification key: each signature %s"
					.formatted(this.session.image(), this.image, describe()),
				"Find out who pushed the image. If the signer has a new key, update 'verification-key'.");
	}

	private String describe() {
		return String.join(" or ", this.findings.stream().map(SignatureFinding::toString).toList());
	}

	private interface Check {

		SignatureFinding apply(Descriptor layer, byte[] content);

	}

}
