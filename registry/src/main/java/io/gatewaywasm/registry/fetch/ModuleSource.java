package io.gatewaywasm.registry.fetch;

import io.gatewaywasm.registry.ModuleFetchException;
import io.gatewaywasm.registry.ModuleRequest;
import io.gatewaywasm.registry.cache.ModuleCache.CachedModule;
import io.gatewaywasm.registry.http.Deadline;
import org.jspecify.annotations.Nullable;

/**
 * A source of modules.
 */
interface ModuleSource {

	/**
	 * Returns whether no request to the source is needed, because the acceptable module
	 * in the cache cannot have changed, or may be used even if it has.
	 */
	boolean isCurrent(ModuleRequest request, CachedModule cached);

	/**
	 * Fetches a module from the source. {@code cached} is the module that the cache has
	 * for the location, or {@code null}. Throws {@link ModuleFetchException} if the
	 * source has no acceptable module.
	 */
	SourceResult fetch(ModuleRequest request, @Nullable CachedModule cached, Deadline deadline);

}
