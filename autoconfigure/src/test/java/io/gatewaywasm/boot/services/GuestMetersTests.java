package io.gatewaywasm.boot.services;

import io.gatewaywasm.host.abi.MetricType;
import io.gatewaywasm.host.spi.GuestMeter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link MicrometerGuestMeters} and {@link LocalGuestMeters}.
 */
class GuestMetersTests {

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	private final MicrometerGuestMeters meters = new MicrometerGuestMeters(() -> this.registry);

	@Test
	void counterCounts() {
		GuestMeter counter = this.meters.meter("p", MetricType.COUNTER, "requests");
		counter.increment(2);
		counter.record(3);
		assertThat(counter.value()).isEqualTo(5);
		assertThat(this.registry.get("wasm.plugin.requests").tag("plugin", "p").functionCounter().count()).isEqualTo(5);
	}

	@Test
	void gaugeIsSetAndChanged() {
		GuestMeter gauge = this.meters.meter("p", MetricType.GAUGE, "load");
		gauge.record(10);
		gauge.increment(-3);
		assertThat(gauge.value()).isEqualTo(7);
		assertThat(this.registry.get("wasm.plugin.load").gauge().value()).isEqualTo(7);
	}

	@Test
	void histogramRecords() {
		this.meters.meter("p", MetricType.HISTOGRAM, "size").record(4);
		this.meters.meter("p", MetricType.HISTOGRAM, "size").record(6);
		assertThat(this.registry.get("wasm.plugin.size").summary().count()).isEqualTo(2);
		assertThat(this.registry.get("wasm.plugin.size").summary().totalAmount()).isEqualTo(10);
	}

	@Test
	void sameNameIsSameMeter() {
		assertThat(this.meters.meter("p", MetricType.COUNTER, "a"))
			.isSameAs(this.meters.meter("p", MetricType.COUNTER, "a"))
			.isNotSameAs(this.meters.meter("q", MetricType.COUNTER, "a"));
	}

	@Test
	void nameIsSanitized() {
		this.meters.meter("p", MetricType.COUNTER, "a b\n{c}=\"d\"");
		assertThat(this.registry.find("wasm.plugin.a_b__c___d_").functionCounter()).isNotNull();
	}

	@Test
	void numberOfMetersIsBounded() {
		for (int i = 0; i < LocalGuestMeters.MAX_PER_PLUGIN + 100; i++) {
			this.meters.meter("p", MetricType.COUNTER, "m" + i).increment(1);
		}
		assertThat(this.registry.getMeters()).hasSize(LocalGuestMeters.MAX_PER_PLUGIN);
		assertThat(this.meters.meter("q", MetricType.COUNTER, "m").value()).isZero();
	}

	@Test
	void worksWithoutRegistry() {
		GuestMeter counter = new MicrometerGuestMeters(() -> null).meter("p", MetricType.COUNTER, "a");
		counter.increment(1);
		assertThat(counter.value()).isEqualTo(1);
	}

}
