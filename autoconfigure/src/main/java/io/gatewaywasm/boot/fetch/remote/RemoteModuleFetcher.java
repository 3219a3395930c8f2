package io.gatewaywasm.boot.fetch.remote;

import java.time.Instant;
import java.util.Locale;
import java.util.Map;

import io.gatewaywasm.boot.fetch.FetchFailure;
import io.gatewaywasm.boot.fetch.FetchObserver;
import io.gatewaywasm.boot.fetch.FetchSettings;
import io.gatewaywasm.boot.fetch.FetchedModule;
import io.gatewaywasm.boot.fetch.ModuleFetchException;
import io.gatewaywasm.boot.fetch.ModuleFetcher;
import io.gatewaywasm.boot.fetch.ModuleRequest;
import io.gatewaywasm.boot.fetch.cache.CacheEntry;
import io.gatewaywasm.boot.fetch.cache.DiskModuleCache;
import io.gatewaywasm.boot.fetch.cache.ModuleCache;
import io.gatewaywasm.boot.fetch.cache.ModuleCache.CachedModule;
import io.gatewaywasm.boot.fetch.http.Deadline;
import io.gatewaywasm.boot.fetch.http.GuardedHttpClient;
import io.gatewaywasm.boot.fetch.http.SslContexts;
import io.gatewaywasm.boot.fetch.oci.ImageReference;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.SslBundles;
import org.springframework.core.log.LogMessage;

/**
 * Fetches modules from HTTP servers and OCI registries, and caches them on disk. If a
 * server is unreachable, the cached copy is served and a warning is logged.
 */
public final class RemoteModuleFetcher implements ModuleFetcher, AutoCloseable {

	private static final Log logger = LogFactory.getLog(RemoteModuleFetcher.class);

	private final FetchSettings settings;

	private final FetchObserver observer;

	private final GuardedHttpClient client;

	private final ModuleCache cache;

	private final Map<String, ModuleSource> sources;

	private final SingleFlight<ModuleRequest, FetchedModule> flights = new SingleFlight<>();

	/**
	 * Creates a fetcher.
	 * @param settings the settings
	 * @param bundles the SSL bundles that the settings refer to, or {@code null} if there
	 * are none
	 * @param observer receives events
	 */
	public RemoteModuleFetcher(FetchSettings settings, @Nullable SslBundles bundles, FetchObserver observer) {
		this(settings, new GuardedHttpClient(settings, new SslContexts(settings, bundles)), observer);
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
			SourceAnswer answer = source.ask(request, cached, Deadline.in(this.settings.timeout()));
			return accept(answer, request, acceptance, start);
		}
		catch (ModuleFetchException ex) {
			this.observer.failed(scheme, ex.getFailure());
			if (cached == null || !ex.getFailure().isTemporary()) {
				throw ex;
			}
			logger.warn(LogMessage.format(
					"The module of '%s' may be out of date. The copy of %s is used, because of this failure: %s",
					request.location(), cached.entry().fetchedAt(), ex.getMessage()));
			return hit(cached, request, true);
		}
	}

	private FetchedModule accept(SourceAnswer answer, ModuleRequest request, Acceptance acceptance, long start) {
		if (answer instanceof SourceAnswer.Known known) {
			return hit(this.cache.refresh(known.module(), request.location()), request, false);
		}
		SourceAnswer.Transferred transferred = (SourceAnswer.Transferred) answer;
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
