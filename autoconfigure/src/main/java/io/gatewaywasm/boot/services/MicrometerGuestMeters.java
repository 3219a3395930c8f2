package io.gatewaywasm.boot.services;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import io.gatewaywasm.host.abi.MetricType;
import io.gatewaywasm.host.abi.PrintableText;
import io.gatewaywasm.host.spi.GuestMeter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the metrics that guests define as {@code wasm.plugin.<name>}, with tags for
 * the plugin and for the labels in the name. Metrics with the same name and tags are one
 * meter, whichever VM defines them. Meters are removed with their plugin.
 */
public final class MicrometerGuestMeters extends LocalGuestMeters {

	private static final Logger logger = LoggerFactory.getLogger(MicrometerGuestMeters.class);

	private static final String DESCRIPTION = "Metric that a Wasm filter defines";

	private static final String PREFIX = "wasm.plugin.";

	private final Supplier<@Nullable MeterRegistry> registry;

	private final GuestMetricNames names;

	private final Map<Identity, Shown> shown = new ConcurrentHashMap<>();

	/**
	 * Creates guest meters.
	 * @param registry returns the registry when the first metric is defined
	 * @param names parses metric names
	 */
	public MicrometerGuestMeters(Supplier<@Nullable MeterRegistry> registry, GuestMetricNames names) {
		this.registry = registry;
		this.names = names;
	}

	@Override
	protected GuestMeter create(String plugin, MetricType type, String name) {
		MeterRegistry registry = this.registry.get();
		if (registry == null) {
			return super.create(plugin, type, name);
		}
		try {
			return this.shown
				.computeIfAbsent(new Identity(plugin, type, this.names.read(name)), (id) -> register(registry, id))
				.meter();
		}
		catch (RuntimeException ex) {
			logger.warn("Metric '{}' of Wasm plugin '{}' cannot be published: {}",
					PrintableText.of(name, PrintableText.NAME), plugin,
					PrintableText.of(String.valueOf(ex.getMessage()), PrintableText.MESSAGE));
			return super.create(plugin, type, name);
		}
	}

	private static Shown register(MeterRegistry registry, Identity id) {
		String name = PREFIX + id.name().name();
		Tags tags = id.tags();
		LocalGuestMeter local = new LocalGuestMeter(id.type());
		return switch (id.type()) {
			case COUNTER -> new Shown(local,
					FunctionCounter.builder(name, local, (own) -> (double) own.value())
						.description(DESCRIPTION)
						.tags(tags)
						.register(registry));
			case GAUGE -> new Shown(local,
					Gauge.builder(name, local, (own) -> (double) own.value())
						.description(DESCRIPTION)
						.tags(tags)
						.register(registry));
			case HISTOGRAM -> {
				DistributionSummary summary = DistributionSummary.builder(name)
					.description(DESCRIPTION)
					.tags(tags)
					.register(registry);
				yield new Shown(new Histogram(summary), summary);
			}
		};
	}

	@Override
	public void closed(String id) {
		super.closed(id);
		MeterRegistry registry = this.registry.get();
		this.shown.entrySet().removeIf((entry) -> {
			boolean own = entry.getKey().plugin().equals(id);
			if (own && registry != null) {
				registry.remove(entry.getValue().shown());
			}
			return own;
		});
	}

	/** Identifies a meter. */
	private record Identity(String plugin, MetricType type, GuestMetricName name) {

		Tags tags() {
			Tags tags = Tags.empty();
			for (Map.Entry<String, String> tag : this.name.tags().entrySet()) {
				tags = tags.and(Tag.of(tag.getKey(), tag.getValue()));
			}
			// Last, so that a guest cannot pretend to be another plugin.
			return tags.and(WasmMeters.PLUGIN, this.plugin);
		}

	}

	/** A meter as seen by the guest and as published. */
	private record Shown(GuestMeter meter, Meter shown) {

	}

	/** Records values. A histogram cannot be read. */
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
