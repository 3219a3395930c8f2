package io.gatewaywasm.boot.services;

import java.net.URI;
import java.util.List;
import java.util.Map;

import io.gatewaywasm.host.spi.PluginObserver;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link CalloutTimers} with the names of {@link Upstreams}.
 */
class CalloutTimersTests {

	private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

	private final Upstreams upstreams = new Upstreams(
			Map.of("auth", new Upstream(URI.create("http://auth:8080"), 100), "Outbound|80||auth",
					new Upstream(URI.create("http://auth:8080"), 100)),
			List.of("*.internal:80", "api.example.org:443"), true);

	private final PluginObserver observer = new MicrometerPluginMetrics(() -> this.registry, this.upstreams::label)
		.observer("p");

	@Test
	void hostsThatAPatternAllowsHaveOneMeter() {
		for (int i = 0; i < 100; i++) {
			this.observer.callout("host-" + i + ".Internal:80", "failure", 1);
		}
		assertThat(upstreams()).containsExactly("*.internal:80");
	}

	@Test
	void spellingsOfAHostHaveOneMeter() {
		this.observer.callout("api.example.org:443", "response", 1);
		this.observer.callout("API.example.org:443", "response", 1);
		this.observer.callout("api.Example.org:443", "response", 1);
		assertThat(upstreams()).containsExactly("api.example.org:443");
	}

	@Test
	void declaredNamesAndNamesOfRoutesAreKept() {
		List<String> names = List.of("auth", "Outbound|80||auth", "cache", "Orders");
		names.forEach((name) -> this.observer.callout(name, "response", 1));
		assertThat(upstreams()).containsExactlyInAnyOrderElementsOf(names);
	}

	@Test
	void otherNamesAreLimited() {
		for (int i = 0; i < 2 * CalloutTimers.MAX_UPSTREAMS; i++) {
			this.observer.callout("route-" + i, "response", 1);
		}
		this.observer.callout("route-0", "response", 1);
		assertThat(upstreams()).hasSize(CalloutTimers.MAX_UPSTREAMS + 1).contains(CalloutTimers.OTHER, "route-0");
		assertThat(this.registry.get("wasm.callout.duration").tag("upstream", "route-0").timer().count()).isEqualTo(2);
	}

	private List<String> upstreams() {
		return this.registry.getMeters()
			.stream()
			.map(Meter::getId)
			.filter((id) -> id.getName().equals("wasm.callout.duration"))
			.map((id) -> id.getTag("upstream"))
			.toList();
	}

}
