package io.gatewaywasm.registry.cache;

import java.time.Instant;
import java.util.Optional;

/**
 * A cache of modules. It never fails: a module that cannot be stored or found is fetched
 * again.
 */
public interface ModuleCache {

	/**
	 * Stores nothing.
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
	 * Finds a module by its location. The module has the digest that its entry states.
	 */
	Optional<CachedModule> find(String location);

	/**
	 * Stores a module.
	 */
	void store(CacheEntry entry, byte[] wasm);

	/**
	 * Records that a cached module is still up to date, and under which location it was
	 * requested. Returns the updated module.
	 */
	default CachedModule refresh(CachedModule module, String location) {
		CacheEntry entry = module.entry().at(location, Instant.now());
		store(entry, module.wasm());
		return new CachedModule(entry, module.wasm());
	}

	/**
	 * A module from the cache.
	 *
	 * @param entry its location, digests and times
	 * @param wasm the bytes
	 */
	record CachedModule(CacheEntry entry, byte[] wasm) {

	}

}
