package io.gatewaywasm.boot.fetch;

/**
 * Is told what the fetcher does. Must not block.
 */
public interface FetchObserver {

	/**
	 * An observer that does nothing.
	 */
	FetchObserver NONE = new FetchObserver() {
	};

	/**
	 * The cache had the module.
	 * @param stale whether it was used because the source could not be asked
	 */
	default void cacheHit(boolean stale) {
	}

	/**
	 * The cache did not have the module.
	 */
	default void cacheMiss() {
	}

	/**
	 * A module was transferred.
	 * @param scheme the scheme of its location
	 * @param bytes its size
	 * @param nanos how long that took in nanoseconds
	 */
	default void fetched(String scheme, long bytes, long nanos) {
	}

	/**
	 * The source did not deliver, whether or not the cache could stand in for it.
	 * @param scheme the scheme of the location
	 * @param failure the kind of failure
	 */
	default void failed(String scheme, FetchFailure failure) {
	}

}
