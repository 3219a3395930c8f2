package io.gatewaywasm.registry.verify;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

import io.gatewaywasm.registry.oci.Digest;
import io.gatewaywasm.registry.oci.JsonObject;
import org.jspecify.annotations.Nullable;

/**
 * Checks a cosign signature in a bundle that refers to the image: a DSSE envelope around
 * a statement whose subject is the digest of the manifest. Transparency log entries and
 * certificates in the bundle are ignored.
 */
final class SigstoreBundle {

	/** The prefix of the media types of all versions. */
	static final String MEDIA_TYPE = "application/vnd.dev.sigstore.bundle";

	private static final String PAYLOAD_TYPE = "application/vnd.in-toto+json";

	private static final String STATEMENT_TYPE = "https://in-toto.io/Statement/v1";

	private static final String PREDICATE_TYPE = "https://sigstore.dev/cosign/sign/v1";

	private SigstoreBundle() {
	}

	static SignatureFinding check(byte[] bundle, Digest manifest, VerificationKey key) {
		JsonObject envelope = JsonObject.parse(bundle, "signature's bundle").object("dsseEnvelope");
		byte[] payload = decode(envelope.string("payload"));
		String type = String.valueOf(envelope.string("payloadType"));
		byte[] signed = preAuthenticationEncoding(type, payload);
		if (envelope.objects("signatures")
			.stream()
			.noneMatch((signature) -> key.verifies(signed, decode(signature.string("sig"))))) {
			return SignatureFinding.OTHER_KEY;
		}
		JsonObject statement = JsonObject.parse(payload, "signature's statement");
		if (!PAYLOAD_TYPE.equals(type) || !STATEMENT_TYPE.equals(statement.string("_type"))
				|| !PREDICATE_TYPE.equals(statement.string("predicateType"))) {
			return SignatureFinding.OTHER_PURPOSE;
		}
		boolean same = statement.objects("subject")
			.stream()
			.anyMatch((subject) -> manifest.hex().equals(subject.object("digest").string(manifest.algorithm())));
		return same ? SignatureFinding.VALID : SignatureFinding.OTHER_IMAGE;
	}

	private static byte[] preAuthenticationEncoding(String type, byte[] payload) {
		byte[] typeBytes = type.getBytes(StandardCharsets.UTF_8);
		ByteArrayOutputStream encoding = new ByteArrayOutputStream();
		encoding.writeBytes(ascii("DSSEv1 " + typeBytes.length + " "));
		encoding.writeBytes(typeBytes);
		encoding.writeBytes(ascii(" " + payload.length + " "));
		encoding.writeBytes(payload);
		return encoding.toByteArray();
	}

	private static byte[] ascii(String text) {
		return text.getBytes(StandardCharsets.US_ASCII);
	}

	/**
	 * Decodes Base64. Returns no bytes if the text is not Base64, which no signature
	 * matches.
	 */
	static byte[] decode(@Nullable String base64) {
		try {
			return Base64.getDecoder().decode((base64 != null) ? base64 : "");
		}
		catch (IllegalArgumentException ex) {
			return new byte[0];
		}
	}

}
