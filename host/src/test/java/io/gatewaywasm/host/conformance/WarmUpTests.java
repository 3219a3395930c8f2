package io.gatewaywasm.host.conformance;

import java.util.ArrayList;
import java.util.List;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.gatewaywasm.host.plugin.Plugin;
import io.gatewaywasm.host.plugin.PluginSpec;
import io.gatewaywasm.host.plugin.WasmHost;
import io.gatewaywasm.host.vm.Vm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Synthetic streams that run before the first real one.
 */
class WarmUpTests extends AbstractConformanceTests {

	@ParameterizedTest
	@ValueSource(
			strings = { "hello_world", "hello_world_abi_0_1_0", "headers_go", "headers_as", "body_rust", "body_go" })
	void filterSeesAsManyStreamsAsWanted(String filter) {
		Plugin plugin = start(filter, spec().warmUp(3));
		assertThat(plugin.status().warmUp().streams()).isEqualTo(3);
		assertThat(plugin.status().warmUp().stopped()).isNull();
	}

	@Test
	void nothingOfItIsSeenFromOutside() {
		Plugin plugin = start("counter_rust", spec().warmUp(10));
		assertThat(plugin.status().streams()).isZero();
		assertThat(plugin.status().failures()).isZero();
		assertThat(this.services.failures).isEmpty();
		assertThat(run(plugin).requestHeaders.get("x-count")).isEqualTo("1");
	}

	@Test
	void callsFailAndLinesAreNotShown() {
		String configuration = "{\"upstream\": \"auth\", \"path\": \"/check\", \"timeout-ms\": 1000}";
		start("ext_auth", spec().configuration(bytes(configuration)));
		List<String> cold = List.copyOf(this.services.lines);
		this.services.lines.clear();
		Plugin plugin = start("ext_auth", spec().configuration(bytes(configuration)).warmUp(3));
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
				    (i32.const 0)))"""), spec().warmUp(3));
		assertThat(plugin.status().warmUp().streams()).isZero();
		assertThat(plugin.status().warmUp().stopped()).contains("proxy_on_request_headers");
		assertThat(plugin.status().failures()).isZero();
		assertThat(plugin.status().lastError()).isNull();
		run(plugin);
		assertThat(this.decisions).hasSize(1);
		assertThat(plugin.status().failures()).isZero();
	}

	@Test
	void trapOnAMadeUpStreamIsAWarningWithItsStack() {
		Logger logger = (Logger) LoggerFactory.getLogger(Vm.class);
		ListAppender<ILoggingEvent> appender = new ListAppender<>();
		appender.start();
		logger.addAppender(appender);
		try {
			start(wat("""
					(module (memory (export "memory") 1)
					  (func (export "proxy_abi_version_0_2_1"))
					  (func (export "malloc") (param i32) (result i32) (i32.const 0))
					  (func (export "proxy_on_request_headers") (param i32 i32 i32) (result i32) (unreachable)))"""),
					spec().warmUp(3));
		}
		finally {
			logger.detachAppender(appender);
		}
		assertThat(appender.list).singleElement().satisfies((event) -> {
			assertThat(event.getLevel()).isEqualTo(Level.WARN);
			assertThat(event.getFormattedMessage()).contains("failed on a synthetic request of its warm-up")
				.contains("proxy_on_request_headers trapped")
				.contains("\n    at ");
		});
	}

	@Test
	void noneIsShownUnlessWanted() {
		assertThat(start("hello_world").status().warmUp()).isNull();
	}

	@Test
	void whoStartsThePluginIsToldWhenItIsWarmedUp() throws Exception {
		List<String> told = new ArrayList<>();
		try (WasmHost host = new WasmHost(this.services);
				Plugin cold = host.start(spec().build(), filter("hello_world"), () -> told.add("cold"));
				Plugin warm = host.start(PluginSpec.builder("warm").warmUp(1).build(), filter("hello_world"),
						() -> told.add("warm"))) {
			assertThat(told).containsExactly("warm");
			assertThat(warm.status().warmUp().streams()).isEqualTo(1);
			assertThat(cold.status().warmUp()).isNull();
		}
	}

}
