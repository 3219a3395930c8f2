package io.gatewaywasm.boot.reliability;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for a filter that never returns, next to filters that do.
 * {@link RunawayFigures} measures the effect on their response times.
 */
@Tag("slow")
class RunawayIntegrationTests {

	private static final int VMS = 2;

	/** As many as open the circuit. */
	private static final int TIMEOUTS = 3;

	/** How long the circuit stays open at first. */
	private static final Duration OPEN = Duration.ofSeconds(10);

	@SuppressWarnings("unused")
	private static final List<String> CALLBACKS = Attack.CALLBACKS;

	private static GatewayFixture gateway;

	@BeforeAll
	static void start() {
		GatewayFixture.Builder builder = GatewayFixture.builder()
			.property("gateway.wasm.allowed-call-targets", "localhost:*")
			.plugin("good", "hello_world", "root-id", "hello_world")
			.route("good", "Wasm=good")
			.route("plain");
		for (String callback : Attack.CALLBACKS) {
			builder
				.plugin(callback, "probe_rust", "vms", Integer.toString(VMS), "limits.event-loop-timeout", "100ms",
						"limits.callback-timeout", "200ms")
				.route(callback, "Wasm=" + callback);
		}
		gateway = builder.start();
	}

	@AfterAll
	static void stop() {
		gateway.close();
	}

	@ParameterizedTest
	@FieldSource("CALLBACKS")
	void filterThatLoopsIsQuarantinedAndOthersServe(String callback) throws Exception {
		List<Integer> others = new ArrayList<>();
		long opened;
		Attack attack = new Attack(gateway, callback, callback);
		try (attack) {
			while (!gateway.status(callback).instances().circuitOpen()) {
				ask(others);
			}
			opened = System.nanoTime();
			assertThat(gateway.status(callback).instances().onWorkers()).isTrue();
			assertThat(gateway.get("/actuator/wasm/" + callback).body()).contains("\"onWorkers\":true")
				.contains("\"circuitOpen\":true");
			gateway.assertHealth(503);
			assertThat(attack.send()).isEqualTo("503");
			for (int i = 0; i < 100; i++) {
				ask(others);
			}
		}
		assertThat(others).hasSizeGreaterThanOrEqualTo(200).containsOnly(200);
		assertThat(attack.outcomes()).containsKey("503");
		// Each VM that is not counted as lost yet can be in a loop, when the circuit
		// opens
		// and, on a slow machine, each time that it has closed.
		int closed = (int) (Duration.ofNanos(System.nanoTime() - opened).dividedBy(OPEN));
		assertThat(timeouts(callback)).isBetween(TIMEOUTS, TIMEOUTS + VMS - 1 + closed * VMS);
		assertThat(gateway.status("good").counters().failures()).isZero();
		ReloadIntegrationTests.await(() -> gateway.status(callback).counters().activeStreams() == 0);
	}

	private static void ask(List<Integer> others) {
		others.add(gateway.get("/good/x").statusCode());
		others.add(gateway.get("/plain/x").statusCode());
	}

	private static int timeouts(String plugin) {
		return (int) gateway.context()
			.getBean(MeterRegistry.class)
			.counter("wasm.filter.failures", "plugin", plugin, "reason", "timeout")
			.count();
	}

}
