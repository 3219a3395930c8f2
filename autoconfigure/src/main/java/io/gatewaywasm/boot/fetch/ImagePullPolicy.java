package io.gatewaywasm.boot.fetch;

/**
 * When to ask the registry what a tag stands for.
 */
public enum ImagePullPolicy {

	/**
	 * Only if the cache does not know the image.
	 */
	IF_NOT_PRESENT,

	/**
	 * Each time. What the cache holds of the image is not transferred again.
	 */
	ALWAYS

}
