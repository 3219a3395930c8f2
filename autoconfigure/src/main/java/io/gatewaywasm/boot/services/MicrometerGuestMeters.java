package io.gatewaywasm.boot.services;

import java.util.function.Supplier;

import io.gatewaywasm.host.abi.MetricType;
import io.gatewaywasm.host.spi.GuestMeter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows the metrics that guests define as {@code wasm.plugin.<name>}, tagged with the
 * plugin.
 */
public final class MicrometerGuestMeters extends LocalGuestMeters {

	private static final Logger logger = LoggerFactory.getLogger(MicrometerGuestMeters.class);

	private static final String PREFIX = "wasm.plugin.";

	private static final int MAX_NAME = 200;

	private final Supplier<@Nullable MeterRegistry> registry;

	/**
	 * Create new guest meters.
	 * @param registry gives the registry when the first metric is defined
	 */
	public MicrometerGuestMeters(Supplier<@Nullable MeterRegistry> registry) {
		this.registry = registry;
	}

	@Override
	protected GuestMeter create(String plugin, MetricType type, String name) {
		LocalGuestMeter meter = new LocalGuestMeter(type);
		MeterRegistry registry = this.registry.get();
		if (registry == null) {
			return meter;
		}
		try {
			return register(registry, plugin, type, PREFIX + sanitize(name), meter);
		}
		catch (RuntimeException ex) {
			logger.warn("Metric '{}' of Wasm plugin '{}' is not shown: {}", name, plugin, ex.getMessage());
			return meter;
		}
	}

	private static GuestMeter register(MeterRegistry registry, String plugin, MetricType type, String name,
			LocalGuestMeter meter) {
		return switch (type) {
			case COUNTER -> {
				FunctionCounter.builder(name, meter, (own) -> (double) own.value())
					.tag("plugin", plugin)
					.register(registry);
				yield meter;
			}
			case GAUGE -> {
				Gauge.builder(name, meter, (own) -> (double) own.value()).tag("plugin", plugin).register(registry);
				yield meter;
			}
			case HISTOGRAM -> new Histogram(DistributionSummary.builder(name).tag("plugin", plugin).register(registry));
		};
	}

	private static String sanitize(String name) {
		String sanitized = name.replaceAll("[^A-Za-z0-9_.-]", "_");
		return sanitized.substring(0, Math.min(sanitized.length(), MAX_NAME));
	}

	/**
	 * Records values; there is nothing to read back.
	 *
	 * @param summary where the values go
	 */
	private record Histogram(DistributionSummary summary) implements GuestMeter {

		@Override
		public void increment(long offset) {
			this.summary.record((double) offset);
		}

		@Override
		public void record(long value) {
			this.summary.record((double) value);
		}

		@Override
		public long value() {
			return 0;
		}

	}

}
