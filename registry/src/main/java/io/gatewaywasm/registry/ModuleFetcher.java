package io.gatewaywasm.registry;

/**
 * Fetches modules. Blocks and must not be used on an event loop.
 */
public interface ModuleFetcher {

	/**
	 * Fetches a module and checks its digests, its signature if a key is given, and that
	 * it is WebAssembly. Concurrent callers with the same request share one fetch.
	 * @param request what to fetch
	 * @throws ModuleFetchException if the module cannot be fetched or does not meet the
	 * request
	 */
	FetchedModule fetch(ModuleRequest request);

}
