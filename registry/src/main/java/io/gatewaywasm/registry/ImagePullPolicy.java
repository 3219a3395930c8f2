package io.gatewaywasm.registry;

/**
 * When to ask the registry which image a tag refers to.
 */
public enum ImagePullPolicy {

	/**
	 * Only if the image is not in the cache.
	 */
	IF_NOT_PRESENT,

	/**
	 * For each fetch. Parts of the image that are in the cache are not transferred again.
	 */
	ALWAYS

}
