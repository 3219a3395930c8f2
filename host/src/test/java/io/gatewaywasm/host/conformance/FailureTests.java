package io.gatewaywasm.host.conformance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.gatewaywasm.host.fixture.CapturedLog;
import io.gatewaywasm.host.fixture.FakeExchange;
import io.gatewaywasm.host.limits.PluginLimits;
import io.gatewaywasm.host.plugin.FailStrategy;
import io.gatewaywasm.host.plugin.Plugin;
import io.gatewaywasm.host.plugin.PluginSpec;
import io.gatewaywasm.host.plugin.PluginStartException;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.FailureReason;
import io.gatewaywasm.host.spi.FilterStream;
import io.gatewaywasm.host.spi.RootSpec;
import io.gatewaywasm.host.vm.Vm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

/**
 * Guests that fail, and the lifetime of VMs and root contexts: checklist o.
 */
class FailureTests extends AbstractConformanceTests {

	private FilterStream open(Plugin plugin, FakeExchange exchange, List<Decision> sink) {
		FilterStream stream = plugin.openStream(exchange, 0);
		stream.requestHeaders(false, sink::add);
		return stream;
	}

	@ParameterizedTest
	@EnumSource(FailStrategy.class)
	void trapFailsTheOtherStreamsOfTheVmAndNothingEntersItAgain(FailStrategy strategy) {
		Plugin plugin = start("probe_rust", spec().failStrategy(strategy));
		List<Decision> paused = new CopyOnWriteArrayList<>();
		List<Decision> idle = new CopyOnWriteArrayList<>();
		FilterStream pausedStream = open(plugin, exchange("x-probe", "pause-call:auth"), paused);
		FilterStream idleStream = open(plugin, exchange(), idle);
		FilterStream trapping = open(plugin, exchange("x-probe", "trap"), this.decisions);
		int lines = this.services.lines.size();
		answer(0, 200, "");
		assertThat(paused).hasSize(1);
		assertThat(idle).containsExactly(Decision.Continue.INSTANCE);
		idleStream.responseHeaders(true, idle::add);
		assertThat(idle).hasSize(2);
		for (Decision decision : List.of(paused.get(0), idle.get(1), this.decisions.get(0))) {
			if (strategy.isOpen()) {
				assertThat(decision).isEqualTo(Decision.Continue.INSTANCE);
			}
			else {
				assertThat(status(decision)).isEqualTo(503);
			}
		}
		List.of(pausedStream, idleStream, trapping).forEach(FilterStream::end);
		assertThat(this.services.lines("probe done #")).isEmpty();
		assertThat(this.services.lines.stream().skip(lines).filter((line) -> line.startsWith("probe ")))
			.allMatch((line) -> line.startsWith("probe root"));
		assertThat(plugin.status().counters().activeStreams()).isZero();
	}

	@Test
	void trapCancelsPendingGrpcCallsButNotHttpCalls() {
		PluginLimits limits = PluginLimits.builder()
			.streams((streams) -> streams.calloutTimeout(Duration.ofHours(1)))
			.build();
		Plugin plugin = start("probe_rust", spec().limits(limits));
		FilterStream paused = open(plugin, exchange("x-probe", "pause-call:auth"), this.decisions);
		FilterStream grpc = open(plugin, exchange("x-probe", "grpc-call:grpc:pkg.Service/Check:hello"), this.decisions);
		assertThat(this.decisions).isEmpty();
		run(plugin, "x-probe", "trap");
		assertThat(this.services.cancelled).isEmpty();
		assertThat(this.services.grpcCalls.get(0).actions()).endsWith("cancel");
		assertThat(this.decisions).hasSize(3).allSatisfy((decision) -> assertThat(status(decision)).isEqualTo(503));
		List.of(paused, grpc).forEach(FilterStream::end);
	}

	@Test
	void httpCallsThatOutliveATrapEndAfterTheCalloutTimeout() {
		PluginLimits limits = PluginLimits.builder()
			.streams((streams) -> streams.calloutTimeout(Duration.ofMillis(10)))
			.build();
		Plugin plugin = start("probe_rust", spec().limits(limits));
		FilterStream paused = open(plugin, exchange("x-probe", "pause-call:auth"), this.decisions);
		run(plugin, "x-probe", "trap");
		await(() -> this.services.cancelled.equals(List.of("auth")));
		paused.end();
	}

	@Test
	void failOpenReleasesTheBufferedBodyAndContinues() {
		Plugin plugin = start("body_rust", spec().failStrategy(FailStrategy.OPEN));
		FilterStream stream = open(plugin, exchange("x-body", "buffer"), this.decisions);
		stream.requestBody(bytes("abc"), false, this.decisions::add);
		FilterStream trapping = open(plugin, exchange("x-body", "trap"), new ArrayList<>());
		trapping.requestBody(bytes("x"), true, (decision) -> {
		});
		assertThat(lastDecision()).isInstanceOf(Decision.Release.class);
		assertThat(text(lastDecision())).isEqualTo("abc");
		stream.requestBody(bytes("def"), true, this.decisions::add);
		assertThat(text(lastDecision())).isEqualTo("def");
		List.of(stream, trapping).forEach(FilterStream::end);
	}

	@Test
	void failingOpenSendsTheBufferOfTheCallbackThatTrapped() {
		FilterStream stream = open(start("body_rust", spec().failStrategy(FailStrategy.OPEN)),
				exchange("x-body", "buffer,trap"), this.decisions);
		stream.requestBody(bytes("abc"), false, this.decisions::add);
		stream.requestBody(bytes("def"), true, this.decisions::add);
		assertThat(text(lastDecision())).isEqualTo("abcdef");
		stream.end();
	}

	@Test
	void failingOpenCutsABodyThatWasHalfRewritten() {
		Plugin plugin = start("body_rust", spec().failStrategy(FailStrategy.OPEN));
		FilterStream stream = open(plugin, exchange("x-body", "upper"), this.decisions);
		stream.requestBody(bytes("abc"), false, this.decisions::add);
		assertThat(text(lastDecision())).isEqualTo("ABC");
		FilterStream trapping = open(plugin, exchange("x-body", "trap"), new ArrayList<>());
		trapping.requestBody(bytes("x"), true, (decision) -> {
		});
		stream.requestBody(bytes("def"), true, this.decisions::add);
		assertThat(lastDecision()).isInstanceOf(Decision.Reset.class);
		List.of(stream, trapping).forEach(FilterStream::end);
	}

	@Test
	void failingOpenLeavesABodyAloneThatWasRewrittenToItsEnd() {
		Plugin plugin = start("body_rust", spec().failStrategy(FailStrategy.OPEN));
		FilterStream stream = open(plugin, exchange("x-body", "upper"), this.decisions);
		stream.requestBody(bytes("abc"), true, this.decisions::add);
		open(plugin, exchange("x-body", "trap"), new ArrayList<>()).requestBody(bytes("x"), true, (decision) -> {
		});
		stream.responseHeaders(true, this.decisions::add);
		assertThat(lastDecision()).isEqualTo(Decision.Continue.INSTANCE);
		stream.end();
	}

	@Test
	void workThatWaitsForAVmThatTrapsIsAnswered() throws Exception {
		Plugin plugin = start("probe_rust", spec().vms(1));
		ExecutorService threads = Executors.newFixedThreadPool(2);
		FilterStream known = open(plugin, exchange(), new ArrayList<>());
		CountDownLatch answered = new CountDownLatch(3);
		List<Decision> late = new CopyOnWriteArrayList<>();
		List<Decision> fresh = new CopyOnWriteArrayList<>();
		threads.execute(() -> {
			FilterStream trapping = plugin.openStream(exchange("x-probe", "log,spin:50,trap"), 0);
			trapping.requestHeaders(true, (decision) -> {
				answered.countDown();
				trapping.end();
			});
		});
		await(() -> !this.services.lines("probe at Info").isEmpty());
		known.responseHeaders(true, (decision) -> {
			late.add(decision);
			answered.countDown();
		});
		// The guest does not know this stream, so another VM runs it.
		FilterStream unknown = plugin.openStream(exchange("x-probe", "add:x-a=1"), 0);
		unknown.requestHeaders(true, (decision) -> {
			fresh.add(decision);
			answered.countDown();
		});
		assertThat(answered.await(60, TimeUnit.SECONDS)).isTrue();
		assertThat(late).hasSize(1);
		assertThat(fresh).containsExactly(Decision.Continue.INSTANCE);
		known.end();
		unknown.end();
		threads.shutdown();
	}

	@ParameterizedTest
	@ValueSource(strings = { "trap", "exit:0", "exit:1", "recurse", "panic:x" })
	void howeverAGuestEndsItsVmIsReplaced(String command) {
		Plugin plugin = start("probe_rust");
		run(plugin, "x-probe", command);
		assertThat(status(lastDecision())).isEqualTo(503);
		List<Decision> next = new CopyOnWriteArrayList<>();
		open(plugin, exchange(), next).end();
		FilterStream stream = open(plugin, exchange(), next);
		await(() -> !next.isEmpty());
		assertThat(next).containsOnly(Decision.Continue.INSTANCE);
		stream.end();
	}

	@Test
	void receiverThatThrowsAffectsNoOtherStream() {
		Plugin plugin = start("probe_rust");
		FilterStream stream = plugin.openStream(exchange(), 0);
		stream.requestHeaders(true, (decision) -> {
			throw new IllegalStateException("a test");
		});
		stream.end();
		run(plugin);
		assertThat(this.decisions).containsExactly(Decision.Continue.INSTANCE);
		assertThat(plugin.status().counters().failures()).isZero();
	}

	@Test
	void logOfATrapNamesPluginCallbackContextAndFunctions() {
		Logger logger = (Logger) LoggerFactory.getLogger(Vm.class);
		ListAppender<ILoggingEvent> appender = new ListAppender<>();
		appender.start();
		logger.addAppender(appender);
		try {
			run(start("probe_rust"), "x-probe", "trap");
		}
		finally {
			logger.detachAppender(appender);
		}
		assertThat(appender.list).singleElement().satisfies((event) -> {
			assertThat(event.getLevel()).isEqualTo(Level.ERROR);
			assertThat(event.getFormattedMessage().lines()).first(STRING)
				.isEqualTo("Wasm plugin 'probe': proxy_on_request_headers trapped in context #2: "
						+ "the guest executed an unreachable instruction");
			assertThat(event.getFormattedMessage()).contains("\n    at probe_rust::")
				.contains("\n    at proxy_on_request_headers\n  The filter's last lines:\n");
		});
	}

	@Test
	void closingEndsTheStreamsOfVersionsAndVmsThatWereReplaced() {
		PluginSpec spec = spec().limits(limits().pool((pool) -> pool.recycleAfterRequests(1)).build()).build();
		Plugin plugin = start("probe_rust",
				spec().limits(limits().pool((pool) -> pool.recycleAfterRequests(1)).build()));
		List<Decision> recycled = new CopyOnWriteArrayList<>();
		FilterStream onRecycledVm = open(plugin, exchange("x-probe", "pause"), recycled);
		run(plugin);
		await(() -> this.services.lines("probe root #").size() == 3);
		try {
			plugin.reload(spec, filter("probe_rust"));
		}
		catch (PluginStartException ex) {
			throw new AssertionError(ex);
		}
		assertThat(recycled).isEmpty();
		plugin.close();
		await(() -> !recycled.isEmpty());
		assertThat(status(recycled.get(0))).isEqualTo(503);
		assertThat(this.services.lines("probe delete #")).hasSize(2);
		onRecycledVm.end();
		await(() -> plugin.status().instances().memoryBytes() == 0);
	}

	// --- Root contexts

	@Test
	void rootContextThatTrapsWhenAStreamNeedsItAnswersThatStream() {
		Plugin plugin = start("probe_rust");
		FilterStream stream = plugin.openStream(exchange(), new RootSpec("probe", "", bytes("trap-configure")), 0);
		stream.requestHeaders(true, this.decisions::add);
		assertThat(status(lastDecision())).isEqualTo(503);
		stream.end();
	}

	@Test
	void rootContextThatRefusesItsConfigurationFailsItsStreamsAndNoOthers() {
		Plugin plugin = start("probe_rust");
		RootSpec refused = new RootSpec("probe", "", bytes("fail-configure"));
		for (int i = 1; i <= 2; i++) {
			FilterStream stream = plugin.openStream(exchange(), refused, 0);
			stream.requestHeaders(true, this.decisions::add);
			assertThat(this.decisions).hasSize(i);
			assertThat(status(lastDecision())).isEqualTo(503);
			stream.end();
		}
		run(plugin);
		assertThat(lastDecision()).isEqualTo(Decision.Continue.INSTANCE);
	}

	@Test
	void refusalOfARootContextIsCountedAndLoggedOnceWithTheGuestsWords() {
		Plugin plugin = start("probe_rust");
		try (CapturedLog log = CapturedLog.of("vm.stream.StreamWarnings")) {
			for (String configuration : List.of("fail-configure", "fail-configure", "fail-configure other")) {
				RootSpec refused = new RootSpec("probe", "", bytes(configuration));
				FilterStream stream = plugin.openStream(exchange(), refused, 0);
				stream.requestHeaders(true, this.decisions::add);
				assertThat(stream.failureReason()).isEqualTo(FailureReason.START);
				stream.end();
			}
			assertThat(log.lines).hasSize(2).allSatisfy((line) -> {
				assertThat(line.level()).isEqualTo(Level.ERROR);
				assertThat(line.text())
					.startsWith("Wasm plugin 'probe': proxy_on_configure returned false for root id ''. "
							+ "Requests of route 'test' with this configuration get the fail strategy. Check 'configuration'")
					.contains("\n  The filter's last lines:\n", "INFO probe root #");
				assertThat(line.context()).containsEntry("plugin", "probe").containsEntry("route", "test");
			});
		}
		assertThat(this.services.failures).containsExactly("start", "start", "start");
		assertThat(plugin.status().counters().failures()).isEqualTo(3);
		assertThat(plugin.status().lastError()).startsWith("proxy_on_configure returned false").contains("'test'");
	}

	@Test
	void refusalToReplaceALostVmIsCountedAndLogged() {
		this.services.foreignFunctions.put("ok", (call, arguments) -> new byte[0]);
		Plugin plugin = start(wat(new WatGuest()
			.function("env.proxy_call_foreign_function", "$call_foreign",
					"(param i32 i32 i32 i32 i32 i32) (result i32)")
			.with("(data (i32.const 512) \"ok\")")
			.export("proxy_on_configure", """
					(param i32 i32) (result i32)
					(call $say (i32.const 0xc))
					(i32.eqz (call $call_foreign (i32.const 512) (i32.const 2) (i32.const 0) (i32.const 0)
					  (i32.const 544) (i32.const 548)))
					""")
			.export("proxy_on_request_headers", "(param i32 i32 i32) (result i32) (unreachable)")
			.toString()), spec());
		try (CapturedLog log = CapturedLog.of("plugin.LostVmReplacement")) {
			this.services.foreignFunctions.clear();
			run(plugin);
			await(() -> this.services.failures.contains("start") && !log.lines.isEmpty());
			assertThat(log.lines.get(0)).satisfies((line) -> {
				assertThat(line.level()).isEqualTo(Level.ERROR);
				assertThat(line.text()).contains("a VM could not be replaced: proxy_on_configure returned false")
					.endsWith("\n  The filter's last lines:\n    INFO 0000000c");
				assertThat(line.context()).containsEntry("plugin", "probe");
			});
		}
		assertThat(plugin.status().lastError()).startsWith("proxy_on_configure returned false");
	}

	@Test
	void streamThatStaysPausedIsCountedAndLoggedOnceWithItsOrigin() {
		Plugin plugin = start("probe_rust",
				spec().limits(limits().streams((streams) -> streams.pauseTimeout(Duration.ofMillis(50))).build()));
		try (CapturedLog log = CapturedLog.of("vm.stream.StreamWarnings")) {
			for (int i = 1; i <= 2; i++) {
				int number = i;
				FilterStream stream = open(plugin, exchange("x-probe", "log,pause"), this.decisions);
				await(() -> this.decisions.size() == number);
				stream.end();
			}
			assertThat(log.lines).singleElement().satisfies((line) -> {
				assertThat(line.level()).isEqualTo(Level.WARN);
				assertThat(line.text())
					.startsWith(
							"Wasm plugin 'probe': The filter paused the request of context #2 and did not resume it")
					.contains("\n  The filter's last lines:\n", "probe at Info");
				assertThat(line.context()).containsEntry("plugin", "probe")
					.containsEntry("route", "test")
					.containsEntry("context", "2");
			});
		}
		assertThat(this.services.failures).containsExactly("pause-timeout", "pause-timeout");
		assertThat(plugin.status().counters().failures()).isEqualTo(2);
		assertThat(plugin.status().lastError()).startsWith("The filter paused the request of context #3");
	}

	@Test
	void eachRootContextIsCreatedStartedAndConfigured() {
		Plugin plugin = start(wat(new WatGuest()
			.export("proxy_on_context_create", "(param i32 i32) (call $say (local.get 0)) (call $say (local.get 1))")
			.export("proxy_on_vm_start", "(param i32 i32) (result i32) (call $say (i32.const 0xa)) (i32.const 1)")
			.export("proxy_on_configure", "(param i32 i32) (result i32) (call $say (i32.const 0xc)) (i32.const 1)")
			.toString()), spec());
		this.services.lines.clear();
		FilterStream stream = plugin.openStream(exchange(), new RootSpec("probe", "other", bytes("")), 0);
		stream.requestHeaders(true, this.decisions::add);
		stream.end();
		assertThat(this.services.lines).containsExactly("00000002", "00000000", "0000000a", "0000000c", "00000003",
				"00000002");
	}

	@Test
	void timersAndAnswersDoNotEnterWhileTheGuestIsStarted() {
		// The guest ticks every millisecond from on_vm_start on; on_configure takes
		// longer.
		start(wat(new WatGuest().function("env.proxy_set_tick_period_milliseconds", "$tick", "(param i32) (result i32)")
			.with("(global $configured (mut i32) (i32.const 0))")
			.export("proxy_on_vm_start", "(param i32 i32) (result i32) (i32.eqz (call $tick (i32.const 1)))")
			.export("proxy_on_configure", """
					(param i32 i32) (result i32) (local $i i32)
					(loop $spin
					  (local.set $i (i32.add (local.get $i) (i32.const 1)))
					  (br_if $spin (i32.lt_u (local.get $i) (i32.const 100000000))))
					(global.set $configured (i32.const 1))
					(i32.const 1)
					""")
			.export("proxy_on_tick", "(param i32) (call $say (global.get $configured))")
			.toString()), spec());
		await(() -> this.services.lines.size() > 3);
		assertThat(this.services.lines).containsOnly("00000001");
	}

	@Test
	void workThatIsRefusedIsAnsweredThoughTheGuestTrapsAtTheEndOfTheStream() throws Exception {
		CountDownLatch inside = new CountDownLatch(1);
		CountDownLatch leave = new CountDownLatch(1);
		hold(inside, leave);
		Plugin plugin = start(wat(calling("hold").export("proxy_on_request_headers", """
				(param i32 i32 i32) (result i32)
				(if (i32.eq (local.get 0) (i32.const 3)) (then (call $foreign)))
				(i32.const 0)
				""").export("proxy_on_log", "(param i32) (unreachable)").toString()),
				spec().limits(limits().vm((vm) -> vm.mailbox(1)).build()));
		FilterStream stream = open(plugin, exchange(), new ArrayList<>());
		Thread busy = new Thread(() -> open(plugin, exchange(), new ArrayList<>()).end());
		busy.start();
		awaitLatch(inside);
		List<Decision> queued = new CopyOnWriteArrayList<>();
		List<Decision> refused = new CopyOnWriteArrayList<>();
		stream.requestBody(bytes("a"), true, queued::add);
		stream.responseHeaders(true, refused::add);
		leave.countDown();
		await(() -> queued.size() == 1 && refused.size() == 1);
		stream.end();
		busy.join();
		assertThat(this.services.failures).contains("overload");
	}

	@Test
	void rootContextMayFinishSomethingBeforeItIsDeleted() {
		Plugin plugin = start("probe_rust", configured("done-on-tick tick=20"));
		// The line is from the VM of the trial run.
		await(() -> this.services.lines("probe root delete").size() == 1);
		plugin.close();
		await(() -> this.services.lines("probe root delete").size() == 2);
		assertThat(this.services.lines("probe root done")).hasSize(2);
	}

	@Test
	void pluginWithoutStreamCallbacksLetsEverythingPass() {
		Plugin plugin = start(wat(new WatGuest().toString()), spec());
		FilterStream stream = open(plugin, exchange(), this.decisions);
		stream.requestBody(bytes("abc"), true, this.decisions::add);
		stream.responseHeaders(true, this.decisions::add);
		stream.responseTrailers(this.decisions::add);
		stream.end();
		assertThat(this.decisions).hasSize(4).noneMatch(Decision.Respond.class::isInstance);
		assertThat(stream.wantsRequestBody()).isFalse();
	}

	@Test
	void guestWithATimerThatTrapsForStreamsIsReplaced() {
		Plugin plugin = start("probe_rust", configured("trap-create tick=10"));
		await(() -> this.services.scheduler() != null
				&& this.services.sharedScopes().scope("").get("probe.ticks") != null);
		FilterStream stream = open(plugin, exchange(), this.decisions);
		await(() -> !this.decisions.isEmpty());
		assertThat(status(lastDecision())).isEqualTo(503);
		stream.end();
		await(() -> plugin.status().instances().serving() == 1);
	}

	@Test
	void closingEndsTheStreamsThatAreStillThere() {
		Plugin plugin = start("probe_rust");
		FilterStream paused = open(plugin, exchange("x-probe", "pause"), this.decisions);
		List<Decision> idle = new CopyOnWriteArrayList<>();
		FilterStream second = open(plugin, exchange(), idle);
		plugin.close();
		assertThat(status(lastDecision())).isEqualTo(503);
		second.responseHeaders(true, idle::add);
		assertThat(status(idle.get(1))).isEqualTo(503);
		assertThat(this.services.lines("probe delete #")).hasSize(2);
		assertThat(this.services.lines("probe root delete #")).isNotEmpty();
		paused.end();
		second.end();
		assertThat(this.services.lines("probe delete #")).hasSize(2);
		assertThat(plugin.status().counters().activeStreams()).isZero();
		// Later streams are answered too.
		run(plugin);
		assertThat(this.decisions).hasSize(2);
	}

	@Test
	void startsThatFailSayWhy() {
		assertThatExceptionOfType(PluginStartException.class)
			.isThrownBy(() -> tryToStart(filter("probe_rust"), configured("trap-configure")))
			.satisfies((ex) -> {
				assertThat(ex.problem()).startsWith("proxy_on_configure trapped").endsWith(".");
				assertThat(ex.guestStack()).last(STRING).startsWith("proxy_on_configure");
				assertThat(ex.details()).contains("\n    at proxy_on_configure", "\n  The filter's last lines:\n");
				assertThat(ex).hasMessageContaining("The filter's last lines: ");
			});
		for (String why : new String[] { "fail-configure", "trap-configure" }) {
			assertThatExceptionOfType(PluginStartException.class)
				.isThrownBy(() -> tryToStart(filter("probe_rust"), configured(why)))
				.withMessageContaining("proxy_on_configure");
		}
		for (String why : new String[] { "fail-vm-start", "trap-vm-start" }) {
			PluginSpec.Builder spec = spec().vm((vm) -> vm.withConfiguration(bytes(why)));
			assertThatExceptionOfType(PluginStartException.class)
				.isThrownBy(() -> tryToStart(filter("probe_rust"), spec))
				.withMessageContaining("proxy_on_vm_start");
		}
	}

}
