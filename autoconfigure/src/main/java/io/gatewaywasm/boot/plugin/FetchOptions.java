package io.gatewaywasm.boot.plugin;

import io.gatewaywasm.boot.fetch.ImagePullPolicy;
import org.jspecify.annotations.Nullable;

/**
 * How the module of one plugin is fetched if it comes from a registry.
 *
 * @param imagePullPolicy when to ask what a tag stands for, or {@code null} for the
 * default
 * @param verificationKey the public key that must have signed the image, in PEM, or the
 * location of a file with it; {@code null} if it need not be signed
 */
public record FetchOptions(@Nullable ImagePullPolicy imagePullPolicy, @Nullable String verificationKey) {

	/**
	 * Nothing special.
	 */
	public static final FetchOptions DEFAULT = new FetchOptions(null, null);

}
