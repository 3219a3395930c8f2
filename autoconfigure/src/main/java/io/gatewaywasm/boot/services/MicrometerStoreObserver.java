package io.gatewaywasm.boot.services;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import io.gatewaywasm.boot.shareddata.StoreObserver;
import io.gatewaywasm.boot.shareddata.StoreOperation;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.jspecify.annotations.Nullable;

/**
 * Publishes calls to Redis for shared data as Micrometer meters.
 */
public final class MicrometerStoreObserver implements StoreObserver {

	private final Supplier<@Nullable MeterRegistry> registry;

	private final Map<Key, Timer> timers = new ConcurrentHashMap<>();

	private record Key(StoreOperation operation, Outcome outcome) {

	}

	/**
	 * Creates an observer.
	 * @param registry returns the registry when the store is first used
	 */
	public MicrometerStoreObserver(Supplier<@Nullable MeterRegistry> registry) {
		this.registry = registry;
	}

	@Override
	public void called(StoreOperation operation, Outcome outcome, long nanos) {
		MeterRegistry meters = this.registry.get();
		if (meters != null) {
			this.timers.computeIfAbsent(new Key(operation, outcome), (key) -> timer(meters, key))
				.record(nanos, TimeUnit.NANOSECONDS);
		}
	}

	private static Timer timer(MeterRegistry meters, Key key) {
		return Timer.builder(WasmMeters.SHARED_DATA)
			.description("Calls of Wasm filters to shared data in Redis")
			.tag(WasmMeters.OPERATION, key.operation().tag())
			.tag(WasmMeters.OUTCOME, key.outcome().name().toLowerCase(Locale.ROOT))
			.register(meters);
	}

	@Override
	public void opened(BooleanSupplier available) {
		MeterRegistry meters = this.registry.get();
		if (meters != null) {
			Gauge.builder(WasmMeters.SHARED_DATA_AVAILABLE, () -> available.getAsBoolean() ? 1 : 0)
				.description("Whether shared data in Redis can be used")
				.register(meters);
		}
	}

}
