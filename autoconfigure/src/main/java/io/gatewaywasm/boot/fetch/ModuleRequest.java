package io.gatewaywasm.boot.fetch;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * What to fetch.
 *
 * @param location where the module is, {@code http:}, {@code https:} or {@code oci:}
 * @param sha256 the digest that the module must have, 64 hexadecimal digits, or
 * {@code null} for any
 * @param imagePullPolicy when to ask the registry what a tag stands for, or {@code null}
 * for always if the tag is {@code latest} or missing, and else if the image is not
 * present
 * @param verificationKey the public key that must have signed the image, in PEM, or
 * {@code null} if it need not be signed
 */
public record ModuleRequest(String location, @Nullable String sha256, @Nullable ImagePullPolicy imagePullPolicy,
		@Nullable String verificationKey) {

	public ModuleRequest {
		sha256 = (sha256 != null) ? sha256.toLowerCase(Locale.ROOT) : null;
	}

	/**
	 * Create a request for any module at a location.
	 * @param location the location
	 * @return the request
	 */
	public static ModuleRequest of(String location) {
		return new ModuleRequest(location, null, null, null);
	}

}
