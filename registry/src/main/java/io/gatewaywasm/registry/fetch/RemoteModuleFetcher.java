package io.gatewaywasm.registry.fetch;

import java.time.Instant;
import java.util.Locale;
import java.util.Map;

import io.gatewaywasm.registry.FetchFailure;
import io.gatewaywasm.registry.FetchObserver;
import io.gatewaywasm.registry.FetchSettings;
import io.gatewaywasm.registry.FetchedModule;
import io.gatewaywasm.registry.ModuleFetchException;
import io.gatewaywasm.registry.ModuleFetcher;
import io.gatewaywasm.registry.ModuleRequest;
import io.gatewaywasm.registry.TlsMaterials;
import io.gatewaywasm.registry.cache.CacheEntry;
import io.gatewaywasm.registry.cache.DiskModuleCache;
import io.gatewaywasm.registry.cache.ModuleCache;
import io.gatewaywasm.registry.cache.ModuleCache.CachedModule;
import io.gatewaywasm.registry.http.Deadline;
import io.gatewaywasm.registry.http.GuardedHttpClient;
import io.gatewaywasm.registry.http.SslContexts;
import io.gatewaywasm.registry.oci.ImageReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches modules from HTTP servers and OCI registries, and caches them on disk. If a
 * server is unreachable, the cached copy is served and a warning is logged.
 */
public final class RemoteModuleFetcher implements ModuleFetcher, AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(RemoteModuleFetcher.class);

	private final FetchSettings settings;

	private final FetchObserver observer;

	private final GuardedHttpClient client;

	private final ModuleCache cache;

	private final Map<String, ModuleSource> sources;

	private final SingleFlight<ModuleRequest, FetchedModule> flights = new SingleFlight<>();

	/**
	 * Creates a fetcher.
	 * @param settings the settings
	 * @param materials the SSL bundles that the settings refer to
	 * @param observer receives events
	 */
	public RemoteModuleFetcher(FetchSettings settings, TlsMaterials materials, FetchObserver observer) {
		this(settings, new GuardedHttpClient(settings, new SslContexts(settings, materials)), observer);
	}

	RemoteModuleFetcher(FetchSettings settings, GuardedHttpClient client, FetchObserver observer) {
		this.settings = settings;
		this.observer = observer;
		this.client = client;
		this.cache = (settings.cacheDirectory() != null)
				? DiskModuleCache.in(settings.cacheDirectory(), settings.cacheSize()) : ModuleCache.NONE;
		ModuleSource http = new HttpSource(this.client, settings);
		this.sources = Map.of("http", http, "https", http, ImageReference.SCHEME,
				new ImageSource(this.client, settings, this.cache));
	}

	@Override
	public FetchedModule fetch(ModuleRequest request) {
		return this.flights.get(request, () -> fetchAlone(request));
	}

	private FetchedModule fetchAlone(ModuleRequest request) {
		String scheme = scheme(request.location());
		ModuleSource source = this.sources.get(scheme);
		if (source == null) {
			throw new ModuleFetchException(FetchFailure.REQUEST,
					"Modules cannot be fetched from '%s'".formatted(request.location()),
					"Use a location that starts with 'https:', 'http:' or 'oci:'.");
		}
		Acceptance acceptance = Acceptance.of(request);
		CachedModule cached = this.cache.find(request.location())
			.filter((candidate) -> acceptance.accepts(candidate.entry()))
			.orElse(null);
		if (cached != null && source.isCurrent(request, cached)) {
			return hit(cached, request, false);
		}
		long start = System.nanoTime();
		try {
			SourceResult result = source.fetch(request, cached, Deadline.in(this.settings.timeout()));
			return accept(result, request, acceptance, start);
		}
		catch (ModuleFetchException ex) {
			this.observer.failed(scheme, ex.getFailure());
			if (cached == null || !ex.getFailure().isTemporary()) {
				throw ex;
			}
			logger.warn("The module of '{}' may be out of date. The copy of {} is used, because of this failure: {}",
					request.location(), cached.entry().fetchedAt(), ex.getMessage());
			return hit(cached, request, true);
		}
	}

	private FetchedModule accept(SourceResult result, ModuleRequest request, Acceptance acceptance, long start) {
		if (result instanceof SourceResult.Known known) {
			return hit(this.cache.refresh(known.module(), request.location()), request, false);
		}
		SourceResult.Transferred transferred = (SourceResult.Transferred) result;
		byte[] wasm = transferred.wasm();
		String sha256 = acceptance.check(wasm, request.location());
		this.observer.cacheMiss();
		this.observer.fetched(scheme(request.location()), wasm.length, System.nanoTime() - start);
		Instant now = Instant.now();
		CacheEntry entry = new CacheEntry(request.location(), sha256, transferred.resolvedDigest(),
				transferred.entityTag(), acceptance.verifiedBy(), now, transferred.rootIds());
		store(entry, wasm);
		return new FetchedModule(wasm, sha256, entry.resolvedDigest(), request.location(), now, false, false,
				entry.rootIds());
	}

	/**
	 * An image is also stored by digest, so that another tag for the same image finds it.
	 */
	private void store(CacheEntry entry, byte[] wasm) {
		this.cache.store(entry, wasm);
		String pinned = pinned(entry);
		if (pinned != null && !pinned.equals(entry.location())) {
			this.cache.store(entry.at(pinned, entry.fetchedAt()), wasm);
		}
	}

	private static @Nullable String pinned(CacheEntry entry) {
		String digest = entry.resolvedDigest();
		return (digest != null) ? ImageReference.parse(entry.location()).pinned(digest) : null;
	}

	private FetchedModule hit(CachedModule cached, ModuleRequest request, boolean stale) {
		this.observer.cacheHit(stale);
		CacheEntry entry = cached.entry();
		return new FetchedModule(cached.wasm(), entry.sha256(), entry.resolvedDigest(), request.location(),
				entry.fetchedAt(), true, stale, entry.rootIds());
	}

	private static String scheme(String location) {
		int colon = location.indexOf(':');
		return (colon > 0) ? location.substring(0, colon).toLowerCase(Locale.ROOT) : "";
	}

	@Override
	public void close() {
		this.client.close();
	}

}
