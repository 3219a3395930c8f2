package io.gatewaywasm.host.conformance;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

import io.gatewaywasm.host.fixture.FakeExchange;
import io.gatewaywasm.host.plugin.Isolation;
import io.gatewaywasm.host.plugin.Plugin;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.FilterStream;
import io.gatewaywasm.host.spi.HttpCallResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Pausing, callouts, local responses and the end of streams: checklist h, k, l, n and z.
 */
class StreamTests extends AbstractConformanceTests {

	private FilterStream open(Plugin plugin, FakeExchange exchange) {
		FilterStream stream = plugin.openStream(exchange, 0);
		stream.requestHeaders(true, this.decisions::add);
		return stream;
	}

	// --- Callouts

	@Test
	void answeredCalloutHasItsStatusAndComesInTheRootContext() {
		FakeExchange exchange = exchange("x-probe", "pause-call:auth");
		FilterStream stream = open(start("probe_rust"), exchange);
		answer(0, 204, "");
		assertThat(exchange.requestHeaders.get("x-call-status")).isEqualTo("204");
		stream.end();
	}

	/**
	 * Makes a callout and logs the token. The callback logs all of its arguments and the
	 * status.
	 */
	private static WatGuest caller(String callback) {
		return new WatGuest()
			.function("env.proxy_http_call", "$call", "(param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)")
			.function("env.proxy_get_status", "$status", "(param i32 i32 i32) (result i32)")
			.function("env.proxy_set_effective_context", "$effective", "(param i32) (result i32)")
			.function("env.proxy_continue_stream", "$continue", "(param i32) (result i32)")
			.with("""
					(data (i32.const 64) "auth")
					(data (i32.const 128) "\\03\\00\\00\\00\\07\\00\\00\\00\\03\\00\\00\\00\\05\\00\\00\\00\\01\\00\\00\\00\\0a\\00\\00\\00\\01\\00\\00\\00:method\\00GET\\00:path\\00/\\00:authority\\00a\\00")
					""")
			.export("proxy_on_request_headers", """
					(param i32 i32 i32) (result i32)
					(drop (call $call (i32.const 64) (i32.const 4) (i32.const 128) (i32.const 61) (i32.const 0)
					  (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 1000) (i32.const 40)))
					(call $say (i32.load (i32.const 40)))
					(i32.const 1)
					""")
			.export("proxy_on_http_call_response", "(param i32 i32 i32 i32 i32) " + callback);
	}

	private static String length(String text) {
		return "%08x".formatted(text.length());
	}

	@ParameterizedTest
	@CsvSource({ "no response within 5 ms, 504, upstream request timeout",
			"not HTTP, 502, upstream connection failure: not HTTP",
			"connection failed, 503, upstream connection failure: connection failed" })
	void failedCalloutHasAStatusATextAndAReason(String reason, int status, String text) {
		Plugin plugin = start(wat(caller("""
				(call $say (local.get 0)) (call $say (local.get 1)) (call $say (local.get 2))
				(call $say (local.get 3)) (call $say (local.get 4))
				(call $say (call $status (i32.const 44) (i32.const 48) (i32.const 52)))
				(call $say (i32.load (i32.const 44))) (call $say (i32.load (i32.const 52)))
				(call $say (call $header (i32.const 6) (i32.const 256) (i32.const 7) (i32.const 60) (i32.const 64)))
				(drop (call $log (i32.const 2) (i32.load (i32.const 60)) (i32.load (i32.const 64))))
				(call $say (call $get (i32.const 4) (i32.const 0) (i32.const 99) (i32.const 60) (i32.const 64)))
				(drop (call $log (i32.const 2) (i32.load (i32.const 60)) (i32.load (i32.const 64))))
				""").function("env.proxy_get_header_map_value", "$header", "(param i32 i32 i32 i32 i32) (result i32)")
			.function("env.proxy_get_buffer_bytes", "$get", "(param i32 i32 i32 i32 i32) (result i32)")
			.with("(data (i32.const 256) \":status\")")
			.toString()), spec());
		FilterStream stream = open(plugin, exchange());
		String token = this.services.lines.remove();
		this.services.calls.get(0).result().accept(new HttpCallResult.Failure(reason, status));
		assertThat(this.services.lines).containsExactly("00000001", token, "00000003", length(text), "00000000",
				"00000000", "0000000b", length(reason), "00000000", Integer.toString(status), "00000000", text);
		stream.end();
	}

	@Test
	void effectiveContextZeroIsThatOfTheCallback() {
		String text = "(i32.const 32) (i32.const 1) ";
		Plugin plugin = start(wat(new WatGuest()
			.function("env.proxy_set_effective_context", "$effective", "(param i32) (result i32)")
			.function("env.proxy_send_local_response", "$reply", "(param i32 i32 i32 i32 i32 i32 i32 i32) (result i32)")
			.function("env.proxy_set_property", "$property", "(param i32 i32 i32 i32) (result i32)")
			.function("env.proxy_set_tick_period_milliseconds", "$tick", "(param i32) (result i32)")
			.function("env.proxy_register_shared_queue", "$queue", "(param i32 i32 i32) (result i32)")
			.function("env.proxy_define_metric", "$metric", "(param i32 i32 i32 i32) (result i32)")
			.onRequestHeaders("""
					(call $say (call $effective (i32.const 1)))
					(call $say (call $effective (i32.const 0)))
					(call $say (call $property %1$s %1$s))
					(call $say (call $tick (i32.const 1)))
					(call $say (call $queue %1$s (i32.const 40)))
					(call $say (call $metric (i32.const 0) %1$s (i32.const 40)))
					(call $say (call $reply (i32.const 403) %1$s %1$s %1$s (i32.const -1)))
					""".formatted(text))
			.toString()), spec());
		FilterStream stream = open(plugin, exchange());
		assertThat(this.decisions).singleElement().isInstanceOf(Decision.Respond.class);
		assertThat(this.services.lines).hasSize(7).containsOnly("00000000");
		stream.end();
	}

	@Test
	void calloutIsCalledBackOnceAndOnlyAfterTheCallReturned() {
		Plugin plugin = start(wat(caller("""
				(call $say (i32.const 0xca11))
				(drop (call $effective (i32.const 2))) (drop (call $continue (i32.const 0)))
				""").toString()), spec());
		FilterStream stream = open(plugin, exchange());
		answer(0, 200, "");
		answer(0, 200, "");
		this.services.calls.get(0).result().accept(new HttpCallResult.Failure("late"));
		assertThat(this.services.lines("0000ca11")).hasSize(1);
		assertThat(this.decisions).containsExactly(Decision.Continue.INSTANCE);
		stream.end();
	}

	@Test
	void tokensOfCalloutsUnderWayAreDifferent() {
		Plugin plugin = start(wat(caller("").toString()), spec());
		List<FilterStream> streams = IntStream.range(0, 100).mapToObj((i) -> open(plugin, exchange())).toList();
		assertThat(this.services.lines).hasSize(100).doesNotHaveDuplicates().doesNotContain("00000000");
		streams.forEach(FilterStream::end);
	}

	@Test
	void unknownUpstreamIsABadArgumentAndPausesNothing() {
		FakeExchange exchange = exchange("x-probe", "pause-call:unknown");
		open(start("probe_rust"), exchange).end();
		assertThat(exchange.requestHeaders.get("x-call-error")).isEqualTo("BadArgument");
		assertThat(this.decisions).containsExactly(Decision.Continue.INSTANCE);
	}

	@Test
	void calloutCarriesItsTimeoutOrThePluginsOwn() {
		Plugin plugin = start("probe_rust",
				spec().limits(limits().streams((streams) -> streams.calloutTimeout(Duration.ofSeconds(3))).build()));
		open(plugin, exchange("x-probe", "call-timeout:70,call:auth,call-timeout:0,call:auth")).end();
		assertThat(this.services.calls.get(0).call().timeout()).isEqualTo(Duration.ofMillis(70));
		assertThat(this.services.calls.get(1).call().timeout()).isEqualTo(Duration.ofSeconds(3));
	}

	@Test
	void manyCalloutsOfOneStreamResumeItOnce() {
		FakeExchange exchange = exchange("x-probe", "pause-call:a,pause-call:b,pause-call:c");
		FilterStream stream = open(start("probe_rust"), exchange);
		answer(2, 200, "");
		answer(0, 200, "");
		assertThat(this.decisions).isEmpty();
		answer(1, 200, "");
		assertThat(this.decisions).containsExactly(Decision.Continue.INSTANCE);
		stream.end();
	}

	// --- Continuing

	@Test
	void streamContinuedInsideItsOwnCallbackIsNotPaused() {
		open(start("probe_rust"), exchange("x-probe", "resume-inside")).end();
		assertThat(this.decisions).containsExactly(Decision.Continue.INSTANCE);
	}

	@Test
	void resumeOfAStreamThatIsNotPausedHasNoEffect() {
		FakeExchange exchange = exchange("x-probe", "call:auth", "x-probe-resp", "pause");
		FilterStream stream = open(start("probe_rust"), exchange);
		answer(0, 200, "");
		stream.responseHeaders(true, this.decisions::add);
		assertThat(this.decisions).containsExactly(Decision.Continue.INSTANCE);
		stream.end();
	}

	@Test
	void streamIsContinuedByATick() {
		FilterStream stream = open(start("probe_rust", configured("tick=10")), exchange("x-probe", "pause-tick"));
		await(() -> !this.decisions.isEmpty());
		assertThat(this.decisions).containsExactly(Decision.Continue.INSTANCE);
		stream.end();
	}

	@Test
	void whatIsAskedOfAStreamInARootContextHasNoEffectAndNoError() {
		start(wat(new WatGuest()
			.function("env.proxy_send_local_response", "$reply", "(param i32 i32 i32 i32 i32 i32 i32 i32) (result i32)")
			.function("env.proxy_continue_stream", "$continue", "(param i32) (result i32)")
			.function("env.proxy_close_stream", "$close", "(param i32) (result i32)")
			.function("env.proxy_done", "$done", "(result i32)")
			.export("proxy_on_configure", """
					(param i32 i32) (result i32)
					(call $say (call $reply (i32.const 403) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)
					  (i32.const 0) (i32.const 0) (i32.const -1)))
					(call $say (call $continue (i32.const 0))) (call $say (call $continue (i32.const 3)))
					(call $say (call $close (i32.const 1))) (call $say (call $close (i32.const 4)))
					(call $say (call $done))
					(i32.const 1)
					""")
			.toString()), spec());
		assertThat(this.services.lines).startsWith("00000000", "00000000", "0000000c", "00000000", "00000002",
				"00000001");
	}

	// --- Local responses

	@ParameterizedTest
	@ValueSource(strings = { "local:403", "local-continue:403" })
	void localResponseWinsOverWhatTheCallbackReturns(String command) {
		FakeExchange exchange = exchange("x-probe", command, "x-probe-resp", "add:x-seen=1");
		FilterStream stream = open(start("probe_rust"), exchange);
		assertThat(status(lastDecision())).isEqualTo(403);
		stream.responseHeaders(true, this.decisions::add);
		stream.end();
		assertThat(exchange.responseHeaders.get("x-seen")).as("own response callback").isEqualTo("1");
		assertThat(this.decisions).hasSize(2);
	}

	@Test
	void localResponseInsteadOfAResponse() {
		FakeExchange exchange = exchange("x-probe-resp", "local:418");
		FilterStream stream = open(start("probe_rust"), exchange);
		stream.responseHeaders(false, this.decisions::add);
		assertThat(status(lastDecision())).isEqualTo(418);
		stream.end();
	}

	@Test
	void localResponseFromABodyCallback() {
		FakeExchange exchange = exchange("x-body-resp", "local-end:418");
		FilterStream stream = open(start("body_rust"), exchange);
		stream.responseHeaders(false, this.decisions::add);
		stream.responseBody(bytes("a"), false, this.decisions::add);
		stream.responseBody(bytes("b"), true, this.decisions::add);
		assertThat(status(lastDecision())).isEqualTo(418);
		stream.end();
	}

	@Test
	void localResponseFromACalloutAnswersThePausedPhase() {
		FakeExchange exchange = exchange("x-probe", "local-from-call:auth", "x-probe-resp", "add:x-seen=1");
		FilterStream stream = open(start("probe_rust"), exchange);
		assertThat(this.decisions).isEmpty();
		answer(0, 200, "");
		assertThat(status(lastDecision())).isEqualTo(403);
		assertThat(exchange.earlyEnds).isEmpty();
		stream.responseHeaders(true, this.decisions::add);
		assertThat(exchange.responseHeaders.get("x-seen")).isEqualTo("1");
		stream.end();
	}

	/**
	 * Sends a local response from the callback of a callout that did not pause anything.
	 */
	private static WatGuest replyingLater() {
		return caller("""
				(drop (call $effective (i32.const 2)))
				(call $say (call $reply (i32.const 403) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)
				  (i32.const 0) (i32.const 0) (i32.const -1)))
				""").function("env.proxy_send_local_response", "$reply",
				"(param i32 i32 i32 i32 i32 i32 i32 i32) (result i32)");
	}

	@Test
	void localResponseThatNoPhaseWaitsForInterruptsTheExchange() {
		String guest = replyingLater().toString()
			.replace("(i32.load (i32.const 40)))\n(i32.const 1)", "(i32.load (i32.const 40)))\n(i32.const 0)");
		FakeExchange exchange = exchange();
		FilterStream stream = open(start(wat(guest), spec()), exchange);
		assertThat(this.decisions).containsExactly(Decision.Continue.INSTANCE);
		answer(0, 200, "");
		assertThat(exchange.earlyEnds).singleElement().satisfies((reply) -> assertThat(status(reply)).isEqualTo(403));
		stream.end();
	}

	@Test
	void secondLocalResponseOfOneCallbackIsDroppedAndOneInTheResponseReplacesTheFirst() {
		String reply = """
				(call $say (call $reply (i32.const 403) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)
				  (i32.const 0) (i32.const 0) (i32.const -1)))
				""";
		Plugin plugin = start(wat(new WatGuest()
			.function("env.proxy_send_local_response", "$reply", "(param i32 i32 i32 i32 i32 i32 i32 i32) (result i32)")
			.onRequestHeaders(reply + reply.replace("403", "404"))
			.export("proxy_on_response_headers",
					"(param i32 i32 i32) (result i32) " + reply.replace("403", "402") + "(i32.const 1)")
			.export("proxy_on_log", "(param i32) " + reply)
			.toString()), spec());
		FilterStream stream = open(plugin, exchange());
		stream.responseHeaders(true, this.decisions::add);
		stream.end();
		assertThat(this.services.lines).containsOnly("00000000").hasSize(4);
		assertThat(this.decisions).extracting((decision) -> status(decision)).containsExactly(403, 402);
		assertThat(plugin.status().counters().failures()).isZero();
		assertThat(plugin.status().counters().localResponses()).isEqualTo(2);
	}

	@Test
	void replyInARequestBodyCallbackAfterTheResponseHasStartedAnswersWhatIsAsked() {
		Plugin plugin = start(wat(new WatGuest()
			.function("env.proxy_send_local_response", "$reply", "(param i32 i32 i32 i32 i32 i32 i32 i32) (result i32)")
			.export("proxy_on_request_body", """
					(param i32 i32 i32) (result i32)
					(drop (call $reply (i32.const 403) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)
					  (i32.const 0) (i32.const 0) (i32.const -1)))
					(i32.const 0)
					""")
			.toString()), spec());
		FilterStream stream = plugin.openStream(exchange(), 0);
		stream.requestHeaders(false, this.decisions::add);
		stream.responseHeaders(false, this.decisions::add);
		stream.requestBody(bytes("a"), false, this.decisions::add);
		assertThat(this.decisions).hasSize(3);
		assertThat(status(lastDecision())).isEqualTo(403);
		stream.end();
	}

	@ParameterizedTest
	@ValueSource(strings = { "x-probe", "x-probe-resp" })
	void closedStreamIsResetOnce(String phase) {
		FakeExchange exchange = exchange(phase, "reset");
		FilterStream stream = open(start("probe_rust"), exchange);
		if (phase.equals("x-probe-resp")) {
			stream.responseHeaders(false, this.decisions::add);
		}
		assertThat(lastDecision()).isInstanceOf(Decision.Reset.class);
		assertThat(exchange.earlyEnds).isEmpty();
		stream.end();
	}

	// --- The end

	private void assertEndedOnce(int streams) {
		assertThat(this.services.lines("probe done #")).hasSize(streams).doesNotHaveDuplicates();
		assertThat(this.services.lines("probe log #")).hasSize(streams).doesNotHaveDuplicates();
		assertThat(this.services.lines("probe delete #")).hasSize(streams).doesNotHaveDuplicates();
	}

	@Test
	void streamThatIsAbortedWhilePausedEndsOnceAndItsCalloutIsHarmless() {
		Plugin plugin = start("probe_rust");
		FilterStream stream = open(plugin, exchange("x-probe", "pause-call:auth"));
		stream.end();
		stream.end();
		answer(0, 200, "");
		assertEndedOnce(1);
		assertThat(this.decisions).isEmpty();
		assertThat(plugin.status().counters().failures()).isZero();
		assertThat(plugin.status().counters().activeStreams()).isZero();
	}

	@Test
	void streamThatPausedForTooLongEndsOnceInTheGuest() {
		Plugin plugin = start("probe_rust",
				spec().limits(limits().streams((streams) -> streams.pauseTimeout(Duration.ofMillis(50))).build()));
		FilterStream stream = open(plugin, exchange("x-probe", "pause"));
		await(() -> !this.decisions.isEmpty());
		assertThat(status(lastDecision())).isEqualTo(503);
		await(() -> !this.services.lines("probe delete #").isEmpty());
		stream.responseHeaders(true, this.decisions::add);
		stream.end();
		assertEndedOnce(1);
		assertThat(this.decisions).hasSize(2);
		assertThat(plugin.status().instances().serving()).isEqualTo(1);
	}

	@Test
	void pauseEndsThoughTheWorkersTakeNoMoreWork() {
		this.services.busy = true;
		Plugin plugin = start("probe_rust",
				spec().limits(limits().streams((streams) -> streams.pauseTimeout(Duration.ofMillis(50))).build()));
		FilterStream stream = open(plugin, exchange("x-probe", "pause"));
		await(() -> !this.decisions.isEmpty());
		assertThat(this.services.refused.get()).isPositive();
		this.services.busy = false;
		assertThat(status(lastDecision())).isEqualTo(503);
		stream.end();
	}

	@Test
	void timeOfAnEarlierPauseDoesNotCountAgainstALaterOne() {
		Plugin plugin = start("probe_rust",
				spec().limits(limits().streams((streams) -> streams.pauseTimeout(Duration.ofSeconds(5))).build()));
		FilterStream stream = open(plugin, exchange("x-probe", "pause-call:auth", "x-probe-resp", "pause-call:auth"));
		answer(0, 200, "");
		stream.responseHeaders(true, this.decisions::add);
		answer(1, 200, "");
		assertThat(this.decisions).containsExactly(Decision.Continue.INSTANCE, Decision.Continue.INSTANCE);
		stream.end();
		assertThat(this.services.failures).isEmpty();
	}

	@Test
	void streamThatTheGuestNeverSawEndsSilently() {
		Plugin plugin = start("probe_rust");
		plugin.openStream(exchange(), 0).end();
		assertEndedOnce(0);
		assertThat(plugin.status().counters().activeStreams()).isZero();
	}

	@Test
	void streamThatWasAnsweredBeforeTheFilterIsLogged() {
		Plugin plugin = start("probe_rust");
		FakeExchange exchange = exchange();
		FilterStream stream = plugin.openStream(exchange, 0);
		stream.log();
		assertEndedOnce(1);
		stream.log();
		stream.end();
		stream.responseHeaders(true, this.decisions::add);
		assertEndedOnce(1);
		assertThat(plugin.status().counters().activeStreams()).isZero();
	}

	@Test
	void logOfAStreamThatTrapsLosesOnlyTheVm() {
		Plugin plugin = start(wat(new WatGuest().export("proxy_on_log", "(param i32) (unreachable)").toString()),
				spec());
		plugin.openStream(exchange(), 0).log();
		assertThat(plugin.status().counters().activeStreams()).isZero();
		await(() -> plugin.status().instances().serving() == 1);
		assertThat(plugin.status().counters().failures()).isEqualTo(1);
	}

	@Test
	void logOfAStreamWaitsForNoIsolatedVm() {
		Plugin plugin = start("probe_rust", spec().run((run) -> run.withIsolation(Isolation.STREAM)).vms(1));
		FilterStream stream = open(plugin, exchange());
		plugin.openStream(exchange(), 0).log();
		assertEndedOnce(0);
		assertThat(plugin.status().counters().activeStreams()).isEqualTo(1);
		stream.end();
		plugin.openStream(exchange(), 0).log();
		assertThat(this.services.lines("probe log #")).hasSize(2);
		assertThat(plugin.status().instances().leased()).isZero();
		assertThat(plugin.status().counters().activeStreams()).isZero();
	}

	@Test
	void logsOfStreamsLeavePlacesOfABusyVmToRequests() throws Exception {
		CountDownLatch inside = new CountDownLatch(1);
		CountDownLatch leave = new CountDownLatch(1);
		hold(inside, leave);
		Plugin plugin = start(wat(calling("hold").export("proxy_on_request_headers", """
				(param i32 i32 i32) (result i32)
				(if (i32.eq (local.get 0) (i32.const 2)) (then (call $foreign)))
				(i32.const 0)
				""").export("proxy_on_log", "(param i32) (call $say (i32.const 9))").toString()),
				spec().limits(limits().vm((vm) -> vm.mailbox(4)).build()));
		Thread busy = new Thread(() -> open(plugin, exchange()).end());
		busy.start();
		awaitLatch(inside);
		for (int i = 0; i < 10; i++) {
			plugin.openStream(exchange(), 0).log();
		}
		FilterStream stream = open(plugin, exchange());
		leave.countDown();
		busy.join();
		await(() -> this.decisions.size() == 2);
		stream.end();
		await(() -> plugin.status().counters().activeStreams() == 0);
		assertThat(this.decisions).containsOnly(Decision.Continue.INSTANCE);
		assertThat(this.services.lines("00000009")).hasSize(4);
		assertThat(this.services.failures).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "headers_go, headers-go", "headers_as, headers-as" })
	void otherSdksEndTheirStreams(String filter, String name) {
		Plugin plugin = start(filter);
		FilterStream stream = open(plugin, exchange());
		stream.responseHeaders(true, this.decisions::add);
		stream.end();
		assertThat(this.services.lines(name + (filter.equals("headers_go") ? " done #" : " log #"))).hasSize(1);
		assertThat(plugin.status().counters().failures()).isZero();
	}

}
