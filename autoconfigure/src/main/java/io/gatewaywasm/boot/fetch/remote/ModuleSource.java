package io.gatewaywasm.boot.fetch.remote;

import io.gatewaywasm.boot.fetch.ModuleFetchException;
import io.gatewaywasm.boot.fetch.ModuleRequest;
import io.gatewaywasm.boot.fetch.cache.ModuleCache.CachedModule;
import io.gatewaywasm.boot.fetch.http.Deadline;
import org.jspecify.annotations.Nullable;

/**
 * Where modules come from.
 */
interface ModuleSource {

	/**
	 * Return whether the cached module will do, so that the source need not be asked.
	 * @param request what is wanted
	 * @param cached the module, already found to be acceptable
	 * @return whether it cannot have changed, or may be used though it has
	 */
	boolean isCurrent(ModuleRequest request, CachedModule cached);

	/**
	 * Ask the source.
	 * @param request what is wanted
	 * @param cached the module that the cache has for the location, or {@code null}
	 * @param deadline when an answer is no longer of use
	 * @return what the source has
	 * @throws ModuleFetchException if it has nothing acceptable
	 */
	SourceAnswer ask(ModuleRequest request, @Nullable CachedModule cached, Deadline deadline);

}
