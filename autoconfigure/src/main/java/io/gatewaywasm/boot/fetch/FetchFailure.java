package io.gatewaywasm.boot.fetch;

/**
 * Why a module was not fetched.
 */
public enum FetchFailure {

	/**
	 * The request itself cannot be carried out.
	 */
	REQUEST(false),

	/**
	 * Nobody answers.
	 */
	UNREACHABLE(true),

	/**
	 * The answer takes too long.
	 */
	TIMEOUT(true),

	/**
	 * The source says that it has a problem.
	 */
	SOURCE_ERROR(true),

	/**
	 * The source, or what it refers to, has an address that no module is fetched from.
	 */
	BLOCKED_ADDRESS(false),

	/**
	 * The source wants other credentials.
	 */
	UNAUTHORIZED(false),

	/**
	 * The source does not have it.
	 */
	NOT_FOUND(false),

	/**
	 * The answer makes no sense.
	 */
	PROTOCOL(false),

	/**
	 * There is more of it than is allowed.
	 */
	TOO_LARGE(false),

	/**
	 * It is not what was asked for.
	 */
	DIGEST_MISMATCH(false),

	/**
	 * The image holds no module, or not in a known format.
	 */
	UNSUPPORTED_IMAGE(false),

	/**
	 * It is no WebAssembly module.
	 */
	NOT_WASM(false),

	/**
	 * The image is not signed.
	 */
	SIGNATURE_MISSING(false),

	/**
	 * The image is signed, but not by the key.
	 */
	SIGNATURE_INVALID(false);

	private final boolean temporary;

	FetchFailure(boolean temporary) {
		this.temporary = temporary;
	}

	/**
	 * Return whether the same request may succeed later, and until then an older copy is
	 * as good as it gets.
	 * @return whether the source is down rather than opposed
	 */
	public boolean isTemporary() {
		return this.temporary;
	}

}
