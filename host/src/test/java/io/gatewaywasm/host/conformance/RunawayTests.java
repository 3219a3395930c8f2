package io.gatewaywasm.host.conformance;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

import io.gatewaywasm.host.fixture.FakeExchange;
import io.gatewaywasm.host.plugin.Plugin;
import io.gatewaywasm.host.plugin.PluginSpec;
import io.gatewaywasm.host.plugin.PluginStartException;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.FilterStream;
import io.gatewaywasm.host.spi.RootSpec;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Guests with an endless loop, in each callback. Each loop is stopped, its VM is
 * replaced, and the plugin moves to worker threads.
 */
@Tag("slow")
class RunawayTests extends AbstractConformanceTests {

	private static final String LOOP = "(loop $for_ever (br $for_ever))";

	/** Does not loop in the root context, whose id is 1, so that it ends quickly. */
	private static final String LOOP_IN_STREAMS = "(if (i32.gt_u (local.get 0) (i32.const 1)) (then " + LOOP + "))";

	/** So long that no callback without a loop exceeds it on a slow machine. */
	private static final Duration LIMIT = Duration.ofMillis(200);

	private static PluginSpec.Builder impatient() {
		return spec().limits(limits().vm((vm) -> vm.callbackTimeout(LIMIT)).build());
	}

	@ParameterizedTest
	@CsvSource({ "x-probe, proxy_on_request_headers", "x-probe-body, proxy_on_request_body",
			"x-probe-resp, proxy_on_response_headers", "x-probe-resp-body, proxy_on_response_body",
			"x-probe-resp-trailers, proxy_on_response_trailers" })
	void phaseThatLoopsIsAnsweredByThePolicy(String header, String callback) {
		Plugin plugin = start("probe_rust", impatient());
		FakeExchange exchange = exchange(header, "loop");
		FilterStream stream = plugin.openStream(exchange, 0);
		stream.requestHeaders(false, this.decisions::add);
		ask(() -> stream.requestBody(bytes("abc"), true, this.decisions::add), 2);
		ask(() -> stream.responseHeaders(false, this.decisions::add), 3);
		boolean trailers = header.endsWith("trailers");
		ask(() -> stream.responseBody(bytes("abc"), !trailers, this.decisions::add), 4);
		if (trailers) {
			ask(() -> stream.responseTrailers(this.decisions::add), 5);
		}
		assertThat(this.decisions).anyMatch(Decision.Respond.class::isInstance);
		assertStopped(plugin, callback);
		stream.end();
		assertReplaced(plugin);
	}

	private void ask(Runnable question, int answers) {
		await(() -> this.decisions.size() == answers - 1);
		question.run();
		await(() -> this.decisions.size() == answers);
	}

	@ParameterizedTest
	@CsvSource({ "x-probe-log, proxy_on_log", "x-probe-call, proxy_on_http_call_response" })
	void callbackThatLoopsUnaskedIsStopped(String header, String callback) {
		Plugin plugin = start("probe_rust", impatient());
		FilterStream stream = plugin.openStream(exchange("x-probe", "call:auth", header, "loop"), 0);
		stream.requestHeaders(true, this.decisions::add);
		answer(0, 200, "");
		stream.end();
		assertStopped(plugin, callback);
		assertReplaced(plugin);
	}

	@ParameterizedTest
	@ValueSource(strings = { "proxy_on_context_create (param i32 i32)", "proxy_on_done (param i32) (result i32)",
			"proxy_on_delete (param i32)" })
	void beginningOrEndOfAStreamThatLoopsIsStopped(String callback) {
		int type = callback.indexOf(' ');
		String result = callback.contains("result") ? "(i32.const 1)" : "";
		Plugin plugin = start(wat(new WatGuest()
			.export(callback.substring(0, type), callback.substring(type + 1) + LOOP_IN_STREAMS + result)
			.onRequestHeaders("")
			.toString()), impatient());
		run(plugin);
		assertStopped(plugin, callback.substring(0, type));
		assertReplaced(plugin);
	}

	@Test
	void timerThatLoopsIsStopped() {
		Plugin plugin = start(wat(
				new WatGuest().function("env.proxy_set_tick_period_milliseconds", "$tick", "(param i32) (result i32)")
					.export("proxy_on_vm_start", "(param i32 i32) (result i32) (i32.eqz (call $tick (i32.const 200)))")
					.export("proxy_on_tick", "(param i32) " + LOOP)
					.toString()),
				impatient());
		assertStopped(plugin, "proxy_on_tick");
		assertReplaced(plugin);
	}

	@ParameterizedTest
	@ValueSource(strings = { "proxy_on_vm_start", "proxy_on_configure" })
	void startThatLoopsIsRefusedAfterItsOwnTime(String callback) {
		String guest = new WatGuest().export(callback, "(param i32 i32) (result i32) " + LOOP + " (i32.const 1)")
			.toString();
		PluginSpec.Builder spec = spec().limits(limits().vm((vm) -> vm.startTimeout(Duration.ofMillis(300))).build());
		assertThatExceptionOfType(PluginStartException.class).isThrownBy(() -> tryToStart(wat(guest), spec))
			.withMessageContaining(callback)
			.withMessageContaining("PT0.3S");
		assertThat(Thread.currentThread().isInterrupted()).isFalse();
	}

	@Test
	void configurationMayTakeLongerThanACallback() {
		String slow = """
				(param i32 i32) (result i32) (local $i i32)
				(loop $spin
				  (local.set $i (i32.add (local.get $i) (i32.const 1)))
				  (br_if $spin (i32.lt_u (local.get $i) (i32.const 300000000))))
				(i32.const 1)
				""";
		Plugin plugin = start(wat(new WatGuest().export("proxy_on_configure", slow).onRequestHeaders("").toString()),
				spec().limits(limits().vm((vm) -> vm.callbackTimeout(Duration.ofMillis(20))).build()));
		run(plugin);
		assertThat(this.decisions).containsExactly(Decision.Continue.INSTANCE);
	}

	@Test
	void callbackOnAnEventLoopHasLessTime() {
		this.services.onEventLoop();
		Plugin plugin = start("probe_rust", spec().limits(limits().vm((vm) -> vm.eventLoopTimeout(LIMIT)).build()));
		for (int i = 0; i < 20; i++) {
			run(plugin);
		}
		loop(plugin);
		assertStopped(plugin, "proxy_on_request_headers");
		assertReplaced(plugin);
	}

	@ParameterizedTest
	@CsvSource({ "20000, PT0.2S", "120, PT0.12S" })
	void coldCallbackOnAnEventLoopHasFourTimesTheTimeButNoMoreThanOnAWorker(long callbackMillis, Duration limit) {
		this.services.onEventLoop();
		Plugin plugin = start("probe_rust", spec().limits(limits()
			.vm((vm) -> vm.eventLoopTimeout(Duration.ofMillis(50)).callbackTimeout(Duration.ofMillis(callbackMillis)))
			.build()));
		for (int i = 0; i < 19; i++) {
			run(plugin);
		}
		loop(plugin);
		await(() -> plugin.status().counters().failures() > 0);
		assertThat(plugin.status().lastError()).startsWith("proxy_on_request_headers").contains(limit.toString());
	}

	private void loop(Plugin plugin) {
		FilterStream stream = plugin.openStream(exchange("x-probe", "loop"), 0);
		stream.requestHeaders(true, this.decisions::add);
		assertThat(lastDecision()).isInstanceOf(Decision.Respond.class);
		stream.end();
	}

	@ParameterizedTest
	@ValueSource(ints = { 8, 65_536 })
	void loopOfHostCallsIsStopped(int size) {
		Plugin plugin = start(wat(new WatGuest()
			.function("wasi_snapshot_preview1.random_get", "$random", "(param i32 i32) (result i32)")
			.onRequestHeaders(
					"(loop $for_ever (drop (call $random (i32.const 0) (i32.const " + size + "))) (br $for_ever))")
			.toString()), impatient());
		FilterStream stream = plugin.openStream(exchange(), 0);
		stream.requestHeaders(true, this.decisions::add);
		assertThat(lastDecision()).isInstanceOf(Decision.Respond.class);
		assertStopped(plugin, "proxy_on_request_headers");
		stream.end();
	}

	@Test
	void slowPluginMovesToWorkersAndLosesNothing() {
		Plugin plugin = start(wat(new WatGuest().onRequestHeaders("""
				(local $i i32)
				(loop $spin
				  (local.set $i (i32.add (local.get $i) (i32.const 1)))
				  (br_if $spin (i32.lt_u (local.get $i) (i32.const 150000000))))
				""").toString()),
				spec().limits(limits()
					.vm((vm) -> vm.slowCallback(Duration.ofMillis(10)).callbackTimeout(Duration.ofSeconds(20)))
					.build()));
		for (int i = 0; i < 60 && !plugin.status().instances().onWorkers(); i++) {
			int answers = i + 1;
			run(plugin);
			await(() -> this.decisions.size() == answers);
		}
		assertThat(plugin.status().instances().onWorkers()).isTrue();
		assertThat(this.decisions).hasSizeGreaterThan(20);
		int before = this.decisions.size();
		FilterStream stream = plugin.openStream(exchange(), 0);
		stream.requestHeaders(true, this.decisions::add);
		await(() -> this.decisions.size() == before + 1);
		stream.end();
		assertThat(this.decisions).containsOnly(Decision.Continue.INSTANCE);
		assertThat(plugin.status().instances().circuitOpen()).isFalse();
		assertThat(this.services.failures).isEmpty();
	}

	@Test
	void rootContextOfARouteIsStartedOffTheEventLoop() {
		CountDownLatch started = new CountDownLatch(1);
		this.services.foreignFunctions.put("start", (call, arguments) -> {
			awaitLatch(started);
			return new byte[0];
		});
		Plugin plugin = start(wat(calling("start").export("proxy_on_configure", """
				(param i32 i32) (result i32)
				(if (local.get 1) (then (call $foreign)))
				(i32.const 1)
				""").onRequestHeaders("").toString()), impatient());
		this.services.onEventLoop();
		RootSpec ofRoute = new RootSpec("probe", "", bytes("of a route"));
		FilterStream first = plugin.openStream(exchange(), ofRoute, 0);
		first.requestHeaders(true, this.decisions::add);
		assertThat(this.decisions).isEmpty();
		started.countDown();
		await(() -> this.decisions.size() == 1);
		FilterStream second = plugin.openStream(exchange(), ofRoute, 0);
		second.requestHeaders(true, this.decisions::add);
		await(() -> this.decisions.size() == 2);
		assertThat(this.decisions).containsOnly(Decision.Continue.INSTANCE);
		first.end();
		second.end();
	}

	private void assertStopped(Plugin plugin, String callback) {
		await(() -> plugin.status().counters().failures() > 0);
		assertThat(this.services.failures).contains("timeout").containsOnly("timeout");
		assertThat(plugin.status().lastError()).startsWith(callback).contains(LIMIT.toString());
		assertThat(Thread.currentThread().isInterrupted()).isFalse();
		await(() -> plugin.status().instances().onWorkers());
	}

	private void assertReplaced(Plugin plugin) {
		await(() -> plugin.status().instances().serving() == 1);
		await(() -> plugin.status().counters().activeStreams() == 0);
		assertThat(this.services.starts).isNotEmpty().containsOnly("probe");
		List<Decision> next = new CopyOnWriteArrayList<>();
		FilterStream stream = plugin.openStream(exchange(), 0);
		stream.requestHeaders(true, next::add);
		await(() -> next.size() == 1);
		stream.end();
	}

}
