package io.gatewaywasm.host.conformance;

import java.util.ArrayList;
import java.util.List;

import ch.qos.logback.classic.Level;
import io.gatewaywasm.host.fixture.CapturedLog;
import io.gatewaywasm.host.plugin.Plugin;
import io.gatewaywasm.host.plugin.PluginSpec;
import io.gatewaywasm.host.plugin.WasmHost;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Synthetic streams that run before the first real one.
 */
@Tag("slow")
class WarmUpTests extends AbstractConformanceTests {

	@ParameterizedTest
	@ValueSource(
			strings = { "hello_world", "hello_world_abi_0_1_0", "headers_go", "headers_as", "body_rust", "body_go" })
	void filterSeesAsManyStreamsAsWanted(String filter) {
		Plugin plugin = start(filter, spec().run((run) -> run.withWarmUp(3)));
		assertThat(plugin.status().warmUp().streams()).isEqualTo(3);
		assertThat(plugin.status().warmUp().stopped()).isNull();
	}

	@Test
	void warmUpHasNoVisibleEffects() {
		Plugin plugin = start("counter_rust", spec().run((run) -> run.withWarmUp(10)));
		assertThat(plugin.status().counters().streams()).isZero();
		assertThat(plugin.status().counters().failures()).isZero();
		assertThat(this.services.failures).isEmpty();
		assertThat(run(plugin).requestHeaders.get("x-count")).isEqualTo("1");
	}

	@Test
	void callsFailAndLinesAreNotShown() {
		String configuration = "{\"upstream\": \"auth\", \"path\": \"/check\", \"timeout-ms\": 1000}";
		start("ext_auth", spec().configuration(bytes(configuration)));
		List<String> cold = List.copyOf(this.services.lines);
		this.services.lines.clear();
		Plugin plugin = start("ext_auth", spec().configuration(bytes(configuration)).run((run) -> run.withWarmUp(3)));
		assertThat(plugin.status().warmUp().streams()).isEqualTo(3);
		assertThat(this.services.calls).isEmpty();
		assertThat(this.services.lines).containsExactlyElementsOf(cold);
	}

	@Test
	void filterThatTrapsOnMadeUpStreamsServesAllTheSame() {
		Plugin plugin = start(wat("""
				(module (memory (export "memory") 1)
				  (func (export "proxy_abi_version_0_2_1"))
				  (func (export "malloc") (param i32) (result i32) (i32.const 0))
				  (func (export "proxy_on_request_headers") (param i32 i32 i32) (result i32)
				    (if (i32.eq (local.get 1) (i32.const 7)) (then (unreachable)))
				    (i32.const 0)))"""), spec().run((run) -> run.withWarmUp(3)));
		assertThat(plugin.status().warmUp().streams()).isZero();
		assertThat(plugin.status().warmUp().stopped()).contains("proxy_on_request_headers");
		assertThat(plugin.status().counters().failures()).isZero();
		assertThat(plugin.status().lastError()).isNull();
		run(plugin);
		assertThat(this.decisions).hasSize(1);
		assertThat(plugin.status().counters().failures()).isZero();
	}

	@Test
	void trapOnAMadeUpStreamIsAWarningWithItsStack() {
		try (CapturedLog log = CapturedLog.of("vm.Vm")) {
			start(wat(new WatGuest().onRequestHeaders("(call $say (i32.const 7)) (unreachable)").toString()),
					spec().run((run) -> run.withWarmUp(3)));
			assertThat(log.lines).singleElement().satisfies((line) -> {
				assertThat(line.level()).isEqualTo(Level.WARN);
				assertThat(line.text()).contains("failed on a synthetic request of its warm-up")
					.contains("proxy_on_request_headers trapped")
					.contains("\n    at ")
					.endsWith("\n  The filter's last lines:\n    INFO 00000007");
				assertThat(line.context()).containsEntry("plugin", "probe");
			});
		}
		assertThat(this.services.lines).isEmpty();
	}

	@Test
	void warmUpThatTakesTooLongSaysHowFarItGot() {
		try (CapturedLog log = CapturedLog.of("plugin.WarmUp")) {
			Plugin plugin = start(wat(new WatGuest().onRequestHeaders("(call $say (i32.const 7))").toString()),
					spec().run((run) -> run.withWarmUp(Integer.MAX_VALUE)));
			int streams = plugin.status().warmUp().streams();
			assertThat(log.lines).singleElement().satisfies((line) -> {
				assertThat(line.level()).isEqualTo(Level.INFO);
				assertThat(line.text())
					.startsWith("Wasm plugin 'probe' was warmed up with " + streams + " of " + Integer.MAX_VALUE
							+ " streams: It took longer than 2 s.\n  The filter's last lines:\n")
					.endsWith("INFO 00000007");
				assertThat(line.context()).containsEntry("plugin", "probe");
			});
		}
		assertThat(this.services.lines).isEmpty();
	}

	@Test
	void noneIsShownUnlessWanted() {
		assertThat(start("hello_world").status().warmUp()).isNull();
	}

	@Test
	void callerIsNotifiedOnlyIfThereIsAWarmUp() throws Exception {
		List<String> told = new ArrayList<>();
		try (WasmHost host = new WasmHost(this.services);
				Plugin cold = host.start(spec().build(), filter("hello_world"), () -> told.add("cold"));
				Plugin warm = host.start(PluginSpec.builder("warm").run((run) -> run.withWarmUp(1)).build(),
						filter("hello_world"), () -> told.add("warm"))) {
			assertThat(told).containsExactly("warm");
			assertThat(warm.status().warmUp().streams()).isEqualTo(1);
			assertThat(cold.status().warmUp()).isNull();
		}
	}

}
