package io.gatewaywasm.boot.fetch.cache;

import java.time.Instant;
import java.util.Optional;

/**
 * Keeps modules. Never fails: what cannot be kept or found is fetched again.
 */
public interface ModuleCache {

	/**
	 * A cache that keeps nothing.
	 */
	ModuleCache NONE = new ModuleCache() {

		@Override
		public Optional<CachedModule> find(String location) {
			return Optional.empty();
		}

		@Override
		public void store(CacheEntry entry, byte[] wasm) {
		}

	};

	/**
	 * Look for a module.
	 * @param location where it comes from
	 * @return the module, with the digest that its entry says, or nothing
	 */
	Optional<CachedModule> find(String location);

	/**
	 * Keep a module.
	 * @param entry what is known about it
	 * @param wasm its bytes
	 */
	void store(CacheEntry entry, byte[] wasm);

	/**
	 * Keep what a cached module is called and that it is still up to date.
	 * @param module the module
	 * @param location where it comes from
	 * @return the module as it is now known
	 */
	default CachedModule refresh(CachedModule module, String location) {
		CacheEntry entry = module.entry().at(location, Instant.now());
		store(entry, module.wasm());
		return new CachedModule(entry, module.wasm());
	}

	/**
	 * A module from the cache.
	 *
	 * @param entry what is known about it
	 * @param wasm its bytes
	 */
	record CachedModule(CacheEntry entry, byte[] wasm) {

	}

}
