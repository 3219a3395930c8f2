package io.gatewaywasm.registry;

/**
 * Receives the events of the fetcher. Must not block.
 */
public interface FetchObserver {

	/**
	 * Ignores all events.
	 */
	FetchObserver NONE = new FetchObserver() {
	};

	/**
	 * The module was in the cache.
	 * @param stale whether it was used because the server was unreachable
	 */
	default void cacheHit(boolean stale) {
	}

	/**
	 * The module was not in the cache.
	 */
	default void cacheMiss() {
	}

	/**
	 * A module was transferred.
	 * @param scheme the scheme of its location
	 * @param bytes its size
	 * @param nanos the duration in nanoseconds
	 */
	default void fetched(String scheme, long bytes, long nanos) {
	}

	/**
	 * A module could not be fetched. It may still be served from the cache.
	 * @param scheme the scheme of the location
	 * @param failure the reason
	 */
	default void failed(String scheme, FetchFailure failure) {
	}

}
