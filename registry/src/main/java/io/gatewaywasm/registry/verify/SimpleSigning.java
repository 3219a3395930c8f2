package io.gatewaywasm.registry.verify;

import io.gatewaywasm.registry.oci.Digest;
import io.gatewaywasm.registry.oci.JsonObject;

/**
 * Checks a cosign signature that is stored under a {@code .sig} tag: a signed text that
 * contains the digest of the manifest.
 */
final class SimpleSigning {

	static final String MEDIA_TYPE = "application/vnd.dev.cosign.simplesigning.v1+json";

	static final String SIGNATURE = "dev.cosignproject.cosign/signature";

	private static final String TYPE = "cosign container image signature";

	private SimpleSigning() {
	}

	static SignatureFinding check(byte[] payload, byte[] signature, Digest manifest, VerificationKey key) {
		if (!key.verifies(payload, signature)) {
			return SignatureFinding.OTHER_KEY;
		}
		JsonObject critical = JsonObject.parse(payload, "signature's payload").object("critical");
		if (!TYPE.equals(critical.string("type"))) {
			return SignatureFinding.OTHER_PURPOSE;
		}
		boolean same = manifest.toString().equals(critical.object("image").string("docker-manifest-digest"));
		return same ? SignatureFinding.VALID : SignatureFinding.OTHER_IMAGE;
	}

}
