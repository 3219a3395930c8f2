package io.gatewaywasm.boot.plugin;

import io.gatewaywasm.registry.ImagePullPolicy;
import org.jspecify.annotations.Nullable;

/**
 * The location of a plugin's module, and the checks that the module must pass.
 *
 * @param url the location
 * @param sha256 the required digest of the module, or {@code null}
 * @param imagePullPolicy when to resolve the tag of an image again, or {@code null} for
 * the default
 * @param verificationKey the public key that the image must be signed with, in PEM, or
 * the location of a file that contains it; {@code null} if no signature is required
 */
public record ModuleLocation(String url, @Nullable String sha256, @Nullable ImagePullPolicy imagePullPolicy,
		@Nullable String verificationKey) {

	/**
	 * Creates a location that accepts the module with this digest, or any module if it is
	 * {@code null}.
	 */
	public static ModuleLocation of(String url, @Nullable String sha256) {
		return new ModuleLocation(url, sha256, null, null);
	}

}
