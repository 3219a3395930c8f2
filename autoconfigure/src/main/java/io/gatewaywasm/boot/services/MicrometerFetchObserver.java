package io.gatewaywasm.boot.services;

import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import io.gatewaywasm.registry.FetchFailure;
import io.gatewaywasm.registry.FetchObserver;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.jspecify.annotations.Nullable;

/**
 * Publishes the fetching of modules as Micrometer meters.
 */
public final class MicrometerFetchObserver implements FetchObserver {

	private final Supplier<@Nullable MeterRegistry> registry;

	/**
	 * Creates an observer.
	 * @param registry returns the registry when the first module is fetched
	 */
	public MicrometerFetchObserver(Supplier<@Nullable MeterRegistry> registry) {
		this.registry = registry;
	}

	@Override
	public void cacheHit(boolean stale) {
		cache(stale ? "stale" : "hit");
	}

	@Override
	public void cacheMiss() {
		cache("miss");
	}

	private void cache(String result) {
		MeterRegistry registry = this.registry.get();
		if (registry != null) {
			Counter.builder(WasmMeters.FETCH_CACHE)
				.description("Lookups in the cache of fetched Wasm modules")
				.tag(WasmMeters.RESULT, result)
				.register(registry)
				.increment();
		}
	}

	@Override
	public void fetched(String scheme, long bytes, long nanos) {
		MeterRegistry registry = this.registry.get();
		if (registry != null) {
			Timer.builder(WasmMeters.FETCH_DURATION)
				.description("Transfers of Wasm modules")
				.tag(WasmMeters.SCHEME, scheme)
				.register(registry)
				.record(nanos, TimeUnit.NANOSECONDS);
		}
	}

	@Override
	public void failed(String scheme, FetchFailure failure) {
		MeterRegistry registry = this.registry.get();
		if (registry != null) {
			Counter.builder(WasmMeters.FETCH_FAILURES)
				.description("Failed transfers of Wasm modules")
				.tag(WasmMeters.SCHEME, scheme)
				.tag(WasmMeters.REASON, failure.name().toLowerCase(Locale.ROOT).replace('_', '-'))
				.register(registry)
				.increment();
		}
	}

}
