package io.gatewaywasm.registry;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * A request for a module.
 *
 * @param location the location of the module, {@code http:}, {@code https:} or {@code
 * oci:}
 * @param sha256 the required digest of the module, 64 hexadecimal digits, or {@code null}
 * @param imagePullPolicy when to resolve a tag again; {@code null} means always if the
 * tag is {@code latest} or missing, and otherwise if the image is not present
 * @param verificationKey the public key that the image must be signed with, in PEM, or
 * {@code null} if no signature is required
 */
public record ModuleRequest(String location, @Nullable String sha256, @Nullable ImagePullPolicy imagePullPolicy,
		@Nullable String verificationKey) {

	public ModuleRequest {
		sha256 = (sha256 != null) ? sha256.toLowerCase(Locale.ROOT) : null;
	}

	/**
	 * Creates a request without requirements.
	 */
	public static ModuleRequest of(String location) {
		return new ModuleRequest(location, null, null, null);
	}

}
