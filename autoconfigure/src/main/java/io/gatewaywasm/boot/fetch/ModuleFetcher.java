package io.gatewaywasm.boot.fetch;

/**
 * Fetches modules. Blocks; must not be used on an event loop.
 */
public interface ModuleFetcher {

	/**
	 * Fetch a module and check it: its digests, its signature if a key is given, and that
	 * it is WebAssembly. Several callers with the same request share one fetch.
	 * @param request what to fetch
	 * @return the module
	 * @throws ModuleFetchException if there is no such module or it is not as required
	 */
	FetchedModule fetch(ModuleRequest request);

}
