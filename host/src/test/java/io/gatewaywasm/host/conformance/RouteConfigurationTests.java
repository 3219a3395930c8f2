package io.gatewaywasm.host.conformance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import ch.qos.logback.classic.Level;
import io.gatewaywasm.host.fixture.CapturedLog;
import io.gatewaywasm.host.plugin.Isolation;
import io.gatewaywasm.host.plugin.Plugin;
import io.gatewaywasm.host.plugin.PluginSpec;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.FailureReason;
import io.gatewaywasm.host.spi.FilterStream;
import io.gatewaywasm.host.spi.RootSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Configurations of routes on which the guest traps or loops: they fail the streams of
 * their route only.
 */
class RouteConfigurationTests extends AbstractConformanceTests {

	private static PluginSpec.Builder twoVms() {
		return spec().vms(2).limits(limits().vm((vm) -> vm.startTimeout(Duration.ofMillis(300))).build());
	}

	private static RootSpec route(String configuration) {
		return new RootSpec("probe", "", bytes(configuration));
	}

	/** Runs the request headers of a stream, and returns the stream, which has ended. */
	private FilterStream run(Plugin plugin, RootSpec root) {
		int before = this.decisions.size();
		FilterStream stream = plugin.openStream(exchange(), root, 0);
		stream.requestHeaders(true, this.decisions::add);
		await(() -> this.decisions.size() == before + 1);
		stream.end();
		return stream;
	}

	@ParameterizedTest
	@CsvSource({ "trap-configure, SHARED", "trap-configure, STREAM", "loop-configure, SHARED" })
	void configurationThatEndsItsVmDoesNotFailStreamsOfOthers(String configuration, Isolation isolation) {
		Plugin plugin = start("probe_rust", twoVms().run((run) -> run.withIsolation(isolation)));
		for (int i = 0; i < 20; i++) {
			run(plugin, route(configuration));
			assertThat(status(lastDecision())).isEqualTo(503);
			run(plugin, route(""));
			assertThat(lastDecision()).isEqualTo(Decision.Continue.INSTANCE);
			assertThat(plugin.status().instances().circuitOpen()).isFalse();
		}
	}

	@Test
	void configurationThatTrappedFailsItsStreamsWithoutTheGuest() {
		Plugin plugin = start("probe_rust", spec().vms(1));
		RootSpec traps = route("trap-configure");
		try (CapturedLog log = CapturedLog.of("vm.stream.StreamWarnings")) {
			assertThat(run(plugin, traps).failureReason()).isEqualTo(FailureReason.TRAP);
			await(() -> plugin.status().instances().serving() == 1);
			int lines = this.services.lines.size();
			for (int i = 0; i < 2; i++) {
				FilterStream stream = run(plugin, traps);
				assertThat(status(lastDecision())).isEqualTo(503);
				assertThat(stream.failureReason()).isEqualTo(FailureReason.START);
			}
			assertThat(this.services.lines).hasSize(lines);
			assertThat(log.lines).singleElement().satisfies((line) -> {
				assertThat(line.level()).isEqualTo(Level.ERROR);
				assertThat(line.text()).startsWith("Wasm plugin 'probe': proxy_on_configure trapped in context #2: ")
					.contains(". Requests of route 'test' with this configuration get the fail strategy.");
			});
		}
		assertThat(this.services.failures).containsExactly("trap", "start", "start");
		assertThat(plugin.status().counters().failures()).isEqualTo(3);
		assertThat(plugin.status().instances().serving()).isEqualTo(1);
	}

	@Test
	void vmWithManyRootContextsIsReplacedAndEndsThem() {
		AtomicInteger deleted = new AtomicInteger();
		this.services.foreignFunctions.put("deleted", (call, arguments) -> {
			deleted.incrementAndGet();
			return new byte[0];
		});
		Plugin plugin = start(wat(calling("deleted").export("proxy_on_delete", "(param i32) (call $foreign)")
			.onRequestHeaders("")
			.toString()), spec().vms(1));
		await(() -> plugin.status().instances().serving() == 1);
		int before = deleted.get();
		int roots = 1000;
		for (int i = 0; i < roots; i++) {
			run(plugin, route("number " + i));
			assertThat(lastDecision()).isEqualTo(Decision.Continue.INSTANCE);
		}
		// The streams, the root contexts of the routes, and the plugin's own
		await(() -> deleted.get() - before >= 2 * roots);
		run(plugin, route("another"));
		assertThat(lastDecision()).isEqualTo(Decision.Continue.INSTANCE);
	}

	@Test
	void streamThatNeedsTooManyRootContextsFailsAlone() {
		Plugin plugin = start(wat(new WatGuest().onRequestHeaders("").toString()), spec().vms(1));
		List<FilterStream> open = new ArrayList<>();
		for (int i = 0; i < 2000; i++) {
			FilterStream stream = plugin.openStream(exchange(), route("number " + i), 0);
			stream.requestHeaders(false, this.decisions::add);
			open.add(stream);
		}
		assertThat(status(lastDecision())).isEqualTo(503);
		assertThat(open.get(1999).failureReason()).isEqualTo(FailureReason.START);
		assertThat(open.subList(0, 1999)).allMatch((stream) -> stream.failureReason() == null);
		assertThat(plugin.status().lastError()).contains("has 2000 root contexts");
		open.forEach(FilterStream::end);
	}

	@Test
	void configurationThatTrappedIsTriedAgainLater() {
		AtomicBoolean ready = new AtomicBoolean();
		this.services.foreignFunctions.put("ready", (call, arguments) -> {
			if (!ready.get()) {
				throw new IllegalStateException("not ready");
			}
			return new byte[0];
		});
		Plugin plugin = start(wat(new WatGuest()
			.function("env.proxy_call_foreign_function", "$call_foreign",
					"(param i32 i32 i32 i32 i32 i32) (result i32)")
			.with("(data (i32.const 512) \"ready\")")
			.export("proxy_on_configure", """
					(param i32 i32) (result i32)
					(if (local.get 1) (then
					  (if (call $call_foreign (i32.const 512) (i32.const 5) (i32.const 0) (i32.const 0)
					      (i32.const 544) (i32.const 548))
					    (then (unreachable)))))
					(i32.const 1)
					""")
			.onRequestHeaders("")
			.toString()), twoVms());
		RootSpec ofRoute = route("of a route");
		run(plugin, ofRoute);
		assertThat(status(lastDecision())).isEqualTo(503);
		ready.set(true);
		await(() -> run(plugin, ofRoute).failureReason() == null);
		assertThat(lastDecision()).isEqualTo(Decision.Continue.INSTANCE);
	}

}
