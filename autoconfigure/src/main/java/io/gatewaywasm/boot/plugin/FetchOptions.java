package io.gatewaywasm.boot.plugin;

import io.gatewaywasm.registry.ImagePullPolicy;
import org.jspecify.annotations.Nullable;

/**
 * How a module is fetched from a registry.
 *
 * @param imagePullPolicy when to resolve a tag again, or {@code null} for the default
 * @param verificationKey the public key that the image must be signed with, in PEM, or
 * the location of a file that contains it; {@code null} if no signature is required
 */
public record FetchOptions(@Nullable ImagePullPolicy imagePullPolicy, @Nullable String verificationKey) {

	/**
	 * The default policy, without a signature.
	 */
	public static final FetchOptions DEFAULT = new FetchOptions(null, null);

}
