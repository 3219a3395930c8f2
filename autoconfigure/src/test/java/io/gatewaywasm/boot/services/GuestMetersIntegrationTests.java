package io.gatewaywasm.boot.services;

import java.util.stream.IntStream;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for metrics that a filter defines on a running gateway.
 */
class GuestMetersIntegrationTests {

	private static GatewayFixture gateway;

	@BeforeAll
	static void start() {
		gateway = GatewayFixture.builder()
			.plugin("probe", "probe_rust", "vms", "4")
			.plugin("other", "probe_rust")
			.property("gateway.wasm.metrics.tags.model", "(\\.model\\.([a-z0-9]+))")
			.route("probe", "Wasm=probe")
			.route("other", "Wasm=other")
			.start();
	}

	@AfterAll
	static void stop() {
		gateway.close();
	}

	@Test
	void counterOfSeveralVmsIsOneMeter() {
		IntStream.range(0, 20).parallel().forEach((i) -> gateway.get("/probe/x", "x-probe", "counter:total=2"));
		gateway.get("/other/x", "x-probe", "counter:total=5");
		assertThat(registry().get("wasm.plugin.total").tag("plugin", "probe").functionCounter().count()).isEqualTo(40);
		assertThat(registry().get("wasm.plugin.total").tag("plugin", "other").functionCounter().count()).isEqualTo(5);
	}

	@Test
	void labelsInTheNameAreTags() {
		gateway.get("/probe/x", "x-probe",
				"counter-get:waf_filter.tx.interruptions_ruleid=949110_phase=http_request_body");
		assertThat(registry().get("wasm.plugin.waf_filter.tx.interruptions")
			.tags("plugin", "probe", "ruleid", "949110", "phase", "http_request_body")
			.functionCounter()
			.count()).isZero();
	}

	@Test
	void gaugeAndHistogramAreMeters() {
		gateway.get("/probe/x", "x-probe", "gauge:open=7,gauge-add:open=-2,gauge-get:open,histogram:size=10");
		assertThat(gateway.upstream().lastRequest().headers().get("x-metric")).contains("open=5");
		assertThat(registry().get("wasm.plugin.open").tag("plugin", "probe").gauge().value()).isEqualTo(5);
		assertThat(registry().get("wasm.plugin.size").tag("plugin", "probe").summary().totalAmount()).isEqualTo(10);
	}

	@Test
	void tagOfTheApplicationIsFound() {
		gateway.get("/probe/x", "x-probe", "counter:tokens.model.gpt4=3");
		assertThat(
				registry().get("wasm.plugin.tokens").tags("plugin", "probe", "model", "gpt4").functionCounter().count())
			.isEqualTo(3);
		assertThat(gateway.get("/actuator/metrics/wasm.plugin.tokens").body()).contains("gpt4");
	}

	private static MeterRegistry registry() {
		return gateway.context().getBean(MeterRegistry.class);
	}

}
