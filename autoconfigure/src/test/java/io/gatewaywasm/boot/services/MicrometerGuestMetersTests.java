package io.gatewaywasm.boot.services;

import java.util.Map;

import io.gatewaywasm.host.abi.MetricType;
import io.gatewaywasm.host.spi.GuestMeter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class MicrometerGuestMetersTests {

	private static final int MAXIMUM = 100;

	private final MeterRegistry registry = new SimpleMeterRegistry();

	private final MicrometerGuestMeters meters = new MicrometerGuestMeters(() -> this.registry,
			new GuestMetricNames(true, Map.of()));

	@Test
	void counterIsPublishedWithItsTags() {
		GuestMeter counter = meter("waf", MetricType.COUNTER, "wasmcustom.tx_phase=body");
		counter.increment(2);
		counter.record(3);
		assertThat(counter.value()).isEqualTo(5);
		assertThat(this.registry.get("wasm.plugin.tx").tags("plugin", "waf", "phase", "body").functionCounter().count())
			.isEqualTo(5);
	}

	@Test
	void gaugeIsSetAndChanged() {
		GuestMeter gauge = meter("waf", MetricType.GAUGE, "open");
		gauge.record(10);
		gauge.increment(-3);
		assertThat(gauge.value()).isEqualTo(7);
		assertThat(this.registry.get("wasm.plugin.open").tag("plugin", "waf").gauge().value()).isEqualTo(7);
	}

	@Test
	void histogramIsADistributionSummary() {
		GuestMeter histogram = meter("waf", MetricType.HISTOGRAM, "size");
		histogram.record(10);
		histogram.record(20);
		assertThat(this.registry.get("wasm.plugin.size").summary().count()).isEqualTo(2);
		assertThat(this.registry.get("wasm.plugin.size").summary().totalAmount()).isEqualTo(30);
	}

	@Test
	void namesOfOneMeaningAreOneMeter() {
		meter("waf", MetricType.COUNTER, "tx_a=1_b=2").increment(1);
		meter("waf", MetricType.COUNTER, "tx_a=1_b=2").increment(1);
		meter("waf", MetricType.COUNTER, "wasmcustom.tx_b=2_a=1").increment(1);
		assertThat(this.registry.get("wasm.plugin.tx").functionCounter().count()).isEqualTo(3);
		assertThat(this.registry.getMeters()).hasSize(1);
	}

	@Test
	void pluginsDoNotMix() {
		meter("one", MetricType.COUNTER, "total").increment(1);
		meter("two", MetricType.COUNTER, "total_plugin=one").increment(5);
		assertThat(this.registry.get("wasm.plugin.total").tag("plugin", "one").functionCounter().count()).isEqualTo(1);
		assertThat(this.registry.get("wasm.plugin.total").tag("plugin", "two").functionCounter().count()).isEqualTo(5);
	}

	@Test
	void metricThatCannotBeShownStillCounts() {
		meter("waf", MetricType.COUNTER, "total").increment(1);
		GuestMeter gauge = meter("waf", MetricType.GAUGE, "total");
		gauge.record(4);
		assertThat(gauge.value()).isEqualTo(4);
		assertThat(this.registry.getMeters()).hasSize(1);
	}

	@Test
	void numberOfMetersIsBounded() {
		for (int i = 0; i < MAXIMUM + 10; i++) {
			meter("waf", MetricType.COUNTER, "total_id=" + i).increment(1);
		}
		assertThat(this.registry.getMeters()).hasSize(MAXIMUM);
		meter("other", MetricType.COUNTER, "total_id=1").increment(1);
		assertThat(this.registry.getMeters()).hasSize(MAXIMUM + 1);
	}

	@Test
	void metersGoWithTheirPlugin() {
		meter("waf", MetricType.COUNTER, "total").increment(1);
		meter("other", MetricType.COUNTER, "total").increment(1);
		this.meters.closed("waf");
		assertThat(this.registry.getMeters()).hasSize(1);
		GuestMeter again = meter("waf", MetricType.COUNTER, "total");
		assertThat(again.value()).isZero();
		assertThat(this.registry.getMeters()).hasSize(2);
	}

	@Test
	void withoutARegistryMetersAreKept() {
		MicrometerGuestMeters alone = new MicrometerGuestMeters(() -> null, new GuestMetricNames(true, Map.of()));
		alone.meter("waf", MetricType.COUNTER, "total", MAXIMUM).increment(1);
		assertThat(alone.meter("waf", MetricType.COUNTER, "total", MAXIMUM).value()).isEqualTo(1);
	}

	private GuestMeter meter(String plugin, MetricType type, String name) {
		return this.meters.meter(plugin, type, name, MAXIMUM);
	}

}
