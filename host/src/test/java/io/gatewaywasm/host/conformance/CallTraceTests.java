package io.gatewaywasm.host.conformance;

import java.util.List;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.gatewaywasm.host.plugin.Plugin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The trace of calls between host and guest.
 */
class CallTraceTests extends AbstractConformanceTests {

	private static final String GUEST = new WatGuest()
		.function("env.proxy_get_header_map_value", "$get", "(param i32 i32 i32 i32 i32) (result i32)")
		.function("env.proxy_increment_metric", "$increment", "(param i32 i64) (result i32)")
		.with("""
				(data (i32.const 1024) "x-a")
				(func (export "proxy_on_request_headers") (param i32 i32 i32) (result i32)
				  (drop (call $get (i32.const 0) (i32.const 1024) (i32.const 3) (i32.const 2048) (i32.const 2052)))
				  (drop (call $increment (i32.const 77) (i64.const -2)))
				  (i32.const 0))
				(func (export "proxy_on_log") (param i32) unreachable)
				""")
		.toString();

	private final Logger logger = (Logger) LoggerFactory.getLogger("gateway.wasm.trace.probe");

	private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

	@BeforeEach
	void listen() {
		this.lines.start();
		this.logger.addAppender(this.lines);
	}

	@AfterEach
	void stopListening() {
		this.logger.setLevel(null);
		this.logger.detachAppender(this.lines);
	}

	private List<String> traceOf(Plugin plugin) {
		this.lines.list.clear();
		run(plugin, "x-a", "value");
		return this.lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
	}

	@Test
	void callbacksAndHostCallsAreTracedWithArgumentsAndResults() {
		this.logger.setLevel(Level.TRACE);
		assertThat(traceOf(start(wat(GUEST), spec())))
			.containsSubsequence("[vm->host] env.proxy_get_header_map_value(0, 1024, 3, 2048, 2052)",
					"[host->vm] malloc(5)", "[vm<-host] env.proxy_get_header_map_value return: 0",
					"[vm->host] env.proxy_increment_metric(77, 18446744073709551614)",
					"[vm<-host] env.proxy_increment_metric return: 1", "[host<-vm] proxy_on_request_headers return: 0")
			.anyMatch((line) -> line.matches("\\[host->vm] proxy_on_request_headers\\([0-9]+, [0-9]+, 1\\)"));
	}

	@Test
	void callbackThatTrapsHasNoReturn() {
		this.logger.setLevel(Level.TRACE);
		assertThat(traceOf(start(wat(GUEST), spec()))).anyMatch((line) -> line.startsWith("[host->vm] proxy_on_log("))
			.noneMatch((line) -> line.startsWith("[host<-vm] proxy_on_log"));
	}

	@Test
	void withoutTheLevelNothingIsTraced() {
		this.logger.setLevel(Level.DEBUG);
		assertThat(traceOf(start(wat(GUEST), spec()))).isEmpty();
	}

	@Test
	void levelIsReadWhenTheVmStarts() {
		this.logger.setLevel(Level.DEBUG);
		Plugin plugin = start(wat(GUEST), spec());
		this.logger.setLevel(Level.TRACE);
		assertThat(traceOf(plugin)).isEmpty();
	}

}
