package io.gatewaywasm.registry;

/**
 * Why a module could not be fetched.
 */
public enum FetchFailure {

	/**
	 * The request itself is invalid.
	 */
	REQUEST(false),

	/**
	 * The server cannot be reached.
	 */
	UNREACHABLE(true),

	/**
	 * The response takes too long.
	 */
	TIMEOUT(true),

	/**
	 * The server reports an error.
	 */
	SOURCE_ERROR(true),

	/**
	 * The server, or a server it refers to, has a blocked address.
	 */
	BLOCKED_ADDRESS(false),

	/**
	 * The credentials are missing or not sufficient.
	 */
	UNAUTHORIZED(false),

	/**
	 * The server does not have the module.
	 */
	NOT_FOUND(false),

	/**
	 * The response is invalid.
	 */
	PROTOCOL(false),

	/**
	 * The response is larger than the limit.
	 */
	TOO_LARGE(false),

	/**
	 * The content does not have the expected digest.
	 */
	DIGEST_MISMATCH(false),

	/**
	 * The image contains no module, or has an unknown format.
	 */
	UNSUPPORTED_IMAGE(false),

	/**
	 * The content is not a WebAssembly module.
	 */
	NOT_WASM(false),

	/**
	 * The image is not signed.
	 */
	SIGNATURE_MISSING(false),

	/**
	 * The image is signed, but not with the key.
	 */
	SIGNATURE_INVALID(false);

	private final boolean temporary;

	FetchFailure(boolean temporary) {
		this.temporary = temporary;
	}

	/**
	 * Returns whether the same request may succeed later. If so, an older copy is served
	 * in the meantime.
	 */
	public boolean isTemporary() {
		return this.temporary;
	}

}
