package io.gatewaywasm.host.conformance;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.gatewaywasm.host.fixture.FakeExchange;
import io.gatewaywasm.host.limits.PluginLimits;
import io.gatewaywasm.host.plugin.FailStrategy;
import io.gatewaywasm.host.plugin.Plugin;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.FailureReason;
import io.gatewaywasm.host.spi.FilterStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Streams with a local response: further actions of the guest, and failures while it is
 * being sent.
 */
class LocalResponseTests extends AbstractConformanceTests {

	private static final String OK = "00000000";

	private static final String PAIRS = """
			(data (i32.const 64) "auth")
			(data (i32.const 128) "\\03\\00\\00\\00\\07\\00\\00\\00\\03\\00\\00\\00\\05\\00\\00\\00\\01\\00\\00\\00\\0a\\00\\00\\00\\01\\00\\00\\00:method\\00GET\\00:path\\00/\\00:authority\\00a\\00")
			(data (i32.const 256) ":status")
			""";

	private static final String CALL = """
			(drop (call $call (i32.const 64) (i32.const 4) (i32.const 128) (i32.const 61) (i32.const 0)
			  (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 1000) (i32.const 40)))
			""";

	private static final String HOLD = """
			(drop (call $foreign (i32.const 320) (i32.const 4) (i32.const 0) (i32.const 0) (i32.const 40) (i32.const 44)))
			""";

	private static final String SAY_STATUS = """
			(call $say (call $header (i32.const 2) (i32.const 256) (i32.const 7) (i32.const 60) (i32.const 64)))
			""";

	private static String reply(int status) {
		return """
				(call $say (call $reply (i32.const %d) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)
				  (i32.const 0) (i32.const 0) (i32.const -1)))
				""".formatted(status);
	}

	private static WatGuest guest() {
		return new WatGuest()
			.function("env.proxy_http_call", "$call", "(param i32 i32 i32 i32 i32 i32 i32 i32 i32 i32) (result i32)")
			.function("env.proxy_set_effective_context", "$effective", "(param i32) (result i32)")
			.function("env.proxy_send_local_response", "$reply", "(param i32 i32 i32 i32 i32 i32 i32 i32) (result i32)")
			.function("env.proxy_get_header_map_value", "$header", "(param i32 i32 i32 i32 i32) (result i32)")
			.function("env.proxy_continue_stream", "$continue", "(param i32) (result i32)")
			.with(PAIRS);
	}

	/**
	 * Makes callouts in the request and sends a local response at each answer as long as
	 * the stream exists.
	 */
	private static WatGuest denyingTwice(String response) {
		return guest()
			.export("proxy_on_request_headers", "(param i32 i32 i32) (result i32)" + CALL + CALL + "(i32.const 1)")
			.export("proxy_on_http_call_response", """
					(param i32 i32 i32 i32 i32)
					(call $say (i32.add (i32.const 0xca110000) (local.get 0)))
					(if (i32.eqz (call $effective (i32.const 2)))
					  (then %s))
					""".formatted(reply(403)))
			.export("proxy_on_response_headers", "(param i32 i32 i32) (result i32) " + response)
			.export("proxy_on_log", "(param i32) (call $say (i32.const 0x10a))")
			.export("proxy_on_done", "(param i32) (result i32) (call $say (i32.const 0xd0e)) (i32.const 1)")
			.export("proxy_on_delete", "(param i32) (call $say (i32.const 0xde1))");
	}

	private Plugin startDenyingTwice(WatGuest guest) {
		Plugin plugin = start(wat(guest.toString()), spec());
		// The lines of the end of the trial VM's root context.
		this.services.lines.clear();
		return plugin;
	}

	private FilterStream open(Plugin plugin, FakeExchange exchange) {
		FilterStream stream = plugin.openStream(exchange, 0);
		stream.requestHeaders(true, this.decisions::add);
		return stream;
	}

	@Test
	void laterAnswerComesWithTheRootContextAfterTheStreamThatTheFirstDeniedIsDeleted() {
		Plugin plugin = startDenyingTwice(denyingTwice("(i32.const 0)"));
		FilterStream stream = open(plugin, exchange());
		answer(0, 401, "");
		assertThat(status(lastDecision())).isEqualTo(403);
		answer(1, 401, "");
		assertThat(this.services.lines).containsExactly("ca110001", OK);
		stream.responseHeaders(true, this.decisions::add);
		assertThat(this.decisions).hasSize(2);
		assertThat(this.services.lines).containsExactly("ca110001", OK, "0000010a", "00000d0e", "00000de1", "ca110001");
		stream.end();
		assertThat(this.services.lines).hasSize(6);
		assertThat(plugin.status().counters().failures()).isZero();
		assertThat(plugin.status().counters().activeStreams()).isZero();
	}

	@Test
	void answerAfterTheLocalResponseHasPassedEndsTheStreamFirst() {
		Plugin plugin = startDenyingTwice(denyingTwice("(i32.const 0)"));
		FilterStream stream = open(plugin, exchange());
		answer(0, 401, "");
		stream.responseHeaders(true, this.decisions::add);
		assertThat(this.services.lines).containsExactly("ca110001", OK);
		answer(1, 401, "");
		assertThat(this.services.lines).containsExactly("ca110001", OK, "0000010a", "00000d0e", "00000de1", "ca110001");
		stream.end();
		assertThat(plugin.status().counters().failures()).isZero();
	}

	@Test
	void answerWaitsForTheBodyOfTheLocalResponse() {
		Plugin plugin = startDenyingTwice(denyingTwice("(i32.const 0)").export("proxy_on_response_body",
				"(param i32 i32 i32) (result i32) (call $say (i32.const 0xb)) (i32.const 0)"));
		FilterStream stream = open(plugin, exchange());
		answer(0, 401, "");
		answer(1, 401, "");
		stream.responseHeaders(false, this.decisions::add);
		stream.responseBody(bytes("no"), true, this.decisions::add);
		assertThat(this.services.lines).containsExactly("ca110001", OK, "0000000b", "0000010a", "00000d0e", "00000de1",
				"ca110001");
		assertThat(text(lastDecision())).isEqualTo("no");
		stream.end();
	}

	@Test
	void answerOfAClientThatHasLeftMeanwhileComesAfterTheEnd() {
		Plugin plugin = startDenyingTwice(denyingTwice("(i32.const 0)"));
		FilterStream stream = open(plugin, exchange());
		answer(0, 401, "");
		answer(1, 401, "");
		stream.end();
		assertThat(this.services.lines).containsExactly("ca110001", OK, "0000010a", "00000d0e", "00000de1", "ca110001");
	}

	/** Calls the function {@code hold} in the response. */
	private static WatGuest denyingTwiceAndHolding() {
		return denyingTwice(HOLD + "(i32.const 0)")
			.function("env.proxy_call_foreign_function", "$foreign", "(param i32 i32 i32 i32 i32 i32) (result i32)")
			.with("(data (i32.const 320) \"hold\")");
	}

	/** Runs work once while the guest is in a callback. */
	private void whileHeld(Runnable work) {
		this.services.foreignFunctions.put("hold", (call, arguments) -> {
			this.services.foreignFunctions.remove("hold");
			work.run();
			return new byte[0];
		});
	}

	@Test
	void answerOfADeniedStreamInAnOverloadFollowsItsEndAndFreesTheCall() {
		Plugin plugin = start(wat(denyingTwiceAndHolding().toString()), spec().vms(1)
			.limits(PluginLimits.builder().vm((vm) -> vm.mailbox(1)).sizes((sizes) -> sizes.calls(6)).build()));
		this.services.lines.clear();
		FilterStream denied = open(plugin, exchange());
		FilterStream holding = open(plugin, exchange());
		FilterStream waiting = open(plugin, exchange());
		answer(0, 401, "");
		answer(1, 401, "");
		assertThat(this.services.lines).containsExactly("ca110001", OK);
		List<Decision> denial = new CopyOnWriteArrayList<>();
		whileHeld(() -> {
			waiting.responseHeaders(true, this.decisions::add);
			denied.responseHeaders(true, denial::add);
		});
		holding.responseHeaders(true, this.decisions::add);
		assertThat(this.services.failures).containsExactly("overload");
		assertThat(denial).containsExactly(Decision.Continue.INSTANCE);
		assertThat(this.services.lines).containsExactly("ca110001", OK, "0000010a", "00000d0e", "00000de1", "ca110001");
		assertThat(this.services.callouts).containsExactly("auth response", "auth response");
		FilterStream next = open(plugin, exchange());
		assertThat(this.services.calls).hasSize(8);
		List.of(denied, holding, waiting, next).forEach(FilterStream::end);
		assertThat(plugin.status().counters().failures()).isEqualTo(1);
		assertThat(plugin.status().lastError()).isEqualTo("Too much work is waiting for the filter's VM.");
	}

	@Test
	void answerOfADeniedStreamThatWaitedTooLongForItsVmComesAfterItsEnd() {
		Plugin plugin = start(wat(denyingTwiceAndHolding().toString()),
				spec().vms(1).limits(limits().vm((vm) -> vm.vmWait(Duration.ofMillis(100))).build()));
		this.services.lines.clear();
		FilterStream denied = open(plugin, exchange());
		FilterStream holding = open(plugin, exchange());
		answer(0, 401, "");
		answer(1, 401, "");
		List<Decision> denial = new CopyOnWriteArrayList<>();
		whileHeld(() -> {
			denied.responseHeaders(true, denial::add);
			await(() -> this.services.failures.contains("unavailable"));
		});
		holding.responseHeaders(true, this.decisions::add);
		await(() -> !denial.isEmpty());
		assertThat(denial).containsExactly(Decision.Continue.INSTANCE);
		assertThat(denied.failureReason()).isEqualTo(FailureReason.UNAVAILABLE);
		assertThat(plugin.status().lastError()).startsWith("The filter's VM was busy for longer than");
		assertThat(this.services.lines).containsExactly("ca110001", OK, "0000010a", "00000d0e", "00000de1", "ca110001");
		denied.end();
		holding.end();
	}

	@Test
	void answerOfADeniedStreamOfAPluginThatIsClosedComesAfterItsEnd() {
		Plugin plugin = start(wat(denyingTwice("(i32.const 0)").toString()), spec().vms(1));
		this.services.lines.clear();
		FilterStream denied = open(plugin, exchange());
		answer(0, 401, "");
		answer(1, 401, "");
		plugin.close();
		await(() -> this.services.callouts.size() == 2 || !this.services.cancelled.isEmpty());
		assertThat(this.services.lines).startsWith("ca110001", OK, "0000010a", "00000d0e", "00000de1", "ca110001");
		assertThat(this.services.cancelled).isEmpty();
		denied.end();
	}

	/**
	 * Pauses the local response and resumes it at the first answer that arrives
	 * afterwards.
	 */
	@Test
	void answerResumesALocalResponseThatTheGuestPaused() {
		Plugin plugin = startDenyingTwice(guest()
			.export("proxy_on_request_headers",
					"(param i32 i32 i32) (result i32)" + CALL + reply(403) + "(i32.const 1)")
			.export("proxy_on_http_call_response", """
					(param i32 i32 i32 i32 i32)
					(call $say (call $effective (i32.const 2)))
					(drop (call $continue (i32.const 1)))
					""")
			.export("proxy_on_response_headers", "(param i32 i32 i32) (result i32)" + CALL + "(i32.const 1)"));
		FilterStream early = open(plugin, exchange());
		answer(0, 200, "");
		assertThat(this.services.lines).containsExactly(OK);
		early.responseHeaders(true, this.decisions::add);
		// The earlier answer is delivered now and resumes the response.
		assertThat(this.services.lines).containsExactly(OK, OK);
		assertThat(this.decisions).hasSize(2);
		assertThat(lastDecision()).isEqualTo(Decision.Continue.INSTANCE);
		early.end();
	}

	@Test
	void callOfALocalResponsesOwnCallbackResumesIt() {
		Plugin plugin = startDenyingTwice(guest()
			.export("proxy_on_request_headers", "(param i32 i32 i32) (result i32)" + reply(403) + "(i32.const 1)")
			.export("proxy_on_http_call_response", """
					(param i32 i32 i32 i32 i32)
					(call $say (call $effective (i32.const 2)))
					(drop (call $continue (i32.const 1)))
					""")
			.export("proxy_on_response_headers", "(param i32 i32 i32) (result i32)" + CALL + "(i32.const 1)"));
		FilterStream stream = open(plugin, exchange());
		stream.responseHeaders(true, this.decisions::add);
		assertThat(this.decisions).hasSize(1);
		answer(0, 200, "");
		assertThat(this.decisions).hasSize(2);
		assertThat(lastDecision()).isEqualTo(Decision.Continue.INSTANCE);
		stream.end();
	}

	@Test
	void answerOfADeniedStreamDiesWithTheVm() {
		Plugin plugin = start(wat(denyingTwice("(i32.const 0)")
			.export("proxy_on_response_body", "(param i32 i32 i32) (result i32) unreachable")
			.toString()), spec().vms(1));
		this.services.lines.clear();
		FilterStream stream = open(plugin, exchange());
		answer(0, 401, "");
		answer(1, 401, "");
		stream.responseHeaders(false, this.decisions::add);
		stream.responseBody(bytes("no"), true, this.decisions::add);
		assertThat(text(lastDecision())).isEqualTo("no");
		stream.end();
		assertThat(this.services.lines).startsWith("ca110001", OK).doesNotContain("0000010a");
		assertThat(plugin.status().counters().activeStreams()).isZero();
	}

	@Test
	void trapInTheLogOfADeniedStreamIsTheVmsAndTheResponseStays() {
		Plugin plugin = start(wat(guest()
			.export("proxy_on_request_headers",
					"(param i32 i32 i32) (result i32)" + CALL + reply(403) + "(i32.const 1)")
			.export("proxy_on_http_call_response", "(param i32 i32 i32 i32 i32) (call $say (i32.const 0xca11))")
			.export("proxy_on_response_headers", "(param i32 i32 i32) (result i32) (i32.const 0)")
			.export("proxy_on_log", "(param i32) unreachable")
			.toString()), spec());
		FilterStream stream = open(plugin, exchange());
		answer(0, 401, "");
		stream.responseHeaders(false, this.decisions::add);
		stream.responseBody(bytes("no"), true, this.decisions::add);
		assertThat(status(this.decisions.get(0))).isEqualTo(403);
		assertThat(this.decisions.get(1)).isEqualTo(Decision.Continue.INSTANCE);
		assertThat(text(lastDecision())).isEqualTo("no");
		stream.end();
		assertThat(this.services.lines).doesNotContain("0000ca11");
		assertThat(plugin.status().counters().activeStreams()).isZero();
	}

	/** Sends two local responses at the answer of one callout. */
	private static WatGuest denyingTwiceAtOnce() {
		return guest().export("proxy_on_request_headers", "(param i32 i32 i32) (result i32)" + CALL + "(i32.const 1)")
			.export("proxy_on_http_call_response", "(param i32 i32 i32 i32 i32) (drop (call $effective (i32.const 2)))"
					+ reply(401) + reply(402) + reply(403));
	}

	@Test
	void secondOfTwoLocalResponsesOfACalloutsCallbackReplacesTheFirstWhenThatIsShown() {
		Plugin plugin = startDenyingTwice(denyingTwiceAtOnce().export("proxy_on_response_headers",
				"(param i32 i32 i32) (result i32) (call $say (i32.const 0xabc)) (i32.const 0)"));
		FilterStream stream = open(plugin, exchange());
		answer(0, 401, "");
		assertThat(this.services.lines).containsExactly(OK, OK, OK);
		assertThat(this.decisions).singleElement().satisfies((decision) -> assertThat(status(decision)).isEqualTo(401));
		stream.responseHeaders(false, this.decisions::add);
		assertThat(this.services.lines).containsExactly(OK, OK, OK, "00000abc");
		assertThat(this.decisions).hasSize(2);
		assertThat(status(lastDecision())).isEqualTo(402);
		stream.end();
		assertThat(plugin.status().counters().failures()).isZero();
	}

	@Test
	void secondOfTwoLocalResponsesOfACalloutsCallbackHasNoEffectIfTheFirstIsNotShown() {
		Plugin plugin = startDenyingTwice(denyingTwiceAtOnce());
		FilterStream stream = open(plugin, exchange());
		answer(0, 401, "");
		stream.responseHeaders(true, this.decisions::add);
		assertThat(this.decisions).hasSize(2);
		assertThat(status(this.decisions.get(0))).isEqualTo(401);
		assertThat(lastDecision()).isEqualTo(Decision.Continue.INSTANCE);
		stream.end();
	}

	@Test
	void secondOfTwoLocalResponsesOfOneCallbackOfTheStreamHasNoEffect() {
		Plugin plugin = startDenyingTwice(guest()
			.export("proxy_on_request_headers",
					"(param i32 i32 i32) (result i32) " + reply(401) + reply(402) + "(i32.const 1)")
			.export("proxy_on_response_headers", "(param i32 i32 i32) (result i32) (i32.const 0)"));
		FilterStream stream = open(plugin, exchange());
		stream.responseHeaders(true, this.decisions::add);
		assertThat(status(this.decisions.get(0))).isEqualTo(401);
		assertThat(lastDecision()).isEqualTo(Decision.Continue.INSTANCE);
		stream.end();
	}

	@Test
	void resetWinsOverALocalResponseOfTheSameCallback() {
		Plugin plugin = start(
				wat(guest().function("env.proxy_close_stream", "$close", "(param i32) (result i32)")
					.export("proxy_on_request_headers", "(param i32 i32 i32) (result i32)" + reply(403)
							+ "(drop (call $close (i32.const 0))) (drop (call $continue (i32.const 0))) (i32.const 0)")
					.toString()),
				spec());
		FilterStream stream = open(plugin, exchange());
		assertThat(this.decisions).singleElement().isInstanceOf(Decision.Reset.class);
		stream.end();
	}

	@Test
	void trailersOfAResponseThatIsStoppedAreShownAfterItsBody() {
		Plugin plugin = start(wat(guest()
			.export("proxy_on_response_headers", "(param i32 i32 i32) (result i32)" + CALL + "(i32.const 3)")
			.export("proxy_on_response_body",
					"(param i32 i32 i32) (result i32) (call $say (local.get 1)) (call $say (local.get 2)) (i32.const 0)")
			.export("proxy_on_response_trailers",
					"(param i32 i32) (result i32) (call $say (i32.const 0x7)) (i32.const 0)")
			.export("proxy_on_http_call_response",
					"(param i32 i32 i32 i32 i32) (drop (call $effective (i32.const 2))) (drop (call $continue (i32.const 1)))")
			.toString()), spec());
		FilterStream stream = open(plugin, exchange());
		stream.responseHeaders(false, this.decisions::add);
		stream.responseBody(bytes("abc"), false, this.decisions::add);
		stream.responseTrailers(this.decisions::add);
		assertThat(this.services.lines).isEmpty();
		assertThat(this.decisions).hasSize(3);
		answer(0, 200, "");
		assertThat(this.services.lines).containsExactly("00000003", OK, "00000007");
		assertThat(this.decisions).hasSize(6);
		assertThat(text(this.decisions.get(4))).isEqualTo("abc");
		assertThat(lastDecision()).isEqualTo(Decision.Continue.INSTANCE);
		stream.end();
	}

	@Test
	void otherStreamsOfTheVmAreUntouchedByADenialWithTwoAnswers() {
		Plugin plugin = start("probe_rust", spec().vms(1));
		FilterStream victim = plugin.openStream(exchange("x-probe", "pause-call:auth"), 0);
		victim.requestHeaders(true, this.decisions::add);
		FilterStream denied = plugin.openStream(exchange("x-probe", "local-from-call:auth,local-from-call:auth"), 0);
		List<Decision> denial = new CopyOnWriteArrayList<>();
		denied.requestHeaders(true, denial::add);
		answer(1, 401, "");
		answer(2, 401, "");
		denied.responseHeaders(true, denial::add);
		denied.end();
		answer(0, 200, "");
		assertThat(status(denial.get(0))).isEqualTo(403);
		assertThat(denial).hasSize(2);
		assertThat(this.decisions).containsExactly(Decision.Continue.INSTANCE);
		assertThat(plugin.status().counters().failures()).isZero();
		victim.end();
	}

	@ParameterizedTest
	@EnumSource(FailStrategy.class)
	void failStrategyDecidesIfTheGuestTrapsInTheHeadersOfItsLocalResponse(FailStrategy strategy) {
		Plugin plugin = start(wat(guest()
			.export("proxy_on_request_headers", "(param i32 i32 i32) (result i32) " + reply(403) + "(i32.const 1)")
			.export("proxy_on_response_headers", "(param i32 i32 i32) (result i32) unreachable")
			.toString()), spec().failStrategy(strategy));
		FilterStream stream = open(plugin, exchange());
		stream.responseHeaders(false, this.decisions::add);
		stream.responseBody(bytes("no"), true, this.decisions::add);
		assertThat(status(this.decisions.get(0))).isEqualTo(403);
		if (strategy == FailStrategy.OPEN) {
			assertThat(this.decisions.get(1)).isEqualTo(Decision.Continue.INSTANCE);
		}
		else {
			assertThat(status(this.decisions.get(1))).isEqualTo(503);
		}
		assertThat(text(this.decisions.get(2))).isEqualTo("no");
		stream.end();
	}

	@Test
	void localResponseContinuesIfTheGuestTrapsInItsBody() {
		Plugin plugin = start(wat(guest()
			.export("proxy_on_request_headers", "(param i32 i32 i32) (result i32) " + reply(403) + "(i32.const 1)")
			.export("proxy_on_response_body", "(param i32 i32 i32) (result i32) unreachable")
			.toString()), spec());
		FilterStream stream = open(plugin, exchange());
		stream.responseHeaders(false, this.decisions::add);
		stream.responseBody(bytes("no"), true, this.decisions::add);
		assertThat(text(lastDecision())).isEqualTo("no");
		stream.end();
	}

	@Test
	void statusIsMissingInTheLogOfARequestWithoutAResponse() {
		Plugin plugin = start(
				wat(guest().export("proxy_on_request_headers", "(param i32 i32 i32) (result i32) (i32.const 0)")
					.export("proxy_on_log", "(param i32) " + SAY_STATUS)
					.toString()),
				spec());
		FakeExchange unanswered = exchange();
		unanswered.answered = false;
		open(plugin, unanswered).end();
		assertThat(this.services.lines).containsExactly("00000001");
		FilterStream answered = open(plugin, exchange());
		answered.responseHeaders(true, this.decisions::add);
		answered.end();
		assertThat(this.services.lines).containsExactly("00000001", OK);
	}

	@Test
	void streamIsLoggedBeforeItIsDoneAndDeleted() {
		Plugin plugin = start("probe_rust");
		run(plugin);
		List<String> end = this.services.lines.stream()
			.filter((line) -> line.matches("probe (log|done|delete) #.*"))
			.map((line) -> line.split(" ")[1])
			.toList();
		assertThat(end).containsExactly("log", "done", "delete");
	}

	@Test
	void bodyContinuesAfterContinueAndEndStream() {
		Plugin plugin = start(
				wat(guest().export("proxy_on_request_headers", "(param i32 i32 i32) (result i32) (i32.const 2)")
					.export("proxy_on_request_body",
							"(param i32 i32 i32) (result i32) (call $say (local.get 1)) (i32.const 0)")
					.toString()),
				spec());
		FilterStream stream = plugin.openStream(exchange(), 0);
		stream.requestHeaders(false, this.decisions::add);
		stream.requestBody(bytes("abc"), true, this.decisions::add);
		assertThat(this.decisions.get(0)).isEqualTo(Decision.Continue.INSTANCE);
		assertThat(text(lastDecision())).isEqualTo("abc");
		assertThat(this.services.lines).containsExactly("00000003");
		stream.end();
	}

	/**
	 * Returns code 3, which pauses the stream and buffers, makes a callout, and resumes
	 * at the answer.
	 */
	private static WatGuest stoppingAll(int bodyResult) {
		return guest().export("proxy_on_request_headers", "(param i32 i32 i32) (result i32)" + CALL + "(i32.const 3)")
			.export("proxy_on_request_body",
					"(param i32 i32 i32) (result i32) (call $say (local.get 1)) (call $say (local.get 2)) (i32.const "
							+ bodyResult + ")")
			.export("proxy_on_http_call_response",
					"(param i32 i32 i32 i32 i32) (drop (call $effective (i32.const 2))) (drop (call $continue (i32.const 0)))");
	}

	@Test
	void bodyThatIsBufferedWhileEverythingIsStoppedIsShownInOneCallback() {
		Plugin plugin = start(wat(stoppingAll(0).toString()), spec());
		FilterStream stream = plugin.openStream(exchange(), 0);
		stream.requestHeaders(false, this.decisions::add);
		stream.requestBody(bytes("abc"), false, this.decisions::add);
		stream.requestBody(bytes("def"), true, this.decisions::add);
		assertThat(this.decisions).containsExactly(Decision.KeepHeaders.INSTANCE, Decision.More.INSTANCE);
		assertThat(this.services.lines).isEmpty();
		answer(0, 200, "");
		assertThat(this.services.lines).containsExactly("00000006", "00000001");
		assertThat(this.decisions).hasSize(4);
		assertThat(text(this.decisions.get(2))).isEmpty();
		assertThat(text(lastDecision())).isEqualTo("abcdef");
		assertThat(((Decision.Forward) lastDecision()).endOfStream()).isTrue();
		stream.end();
	}

	@Test
	void bodyThatStillComesAfterEverythingWasStoppedIsShownAlone() {
		Plugin plugin = start(wat(stoppingAll(0).toString()), spec());
		FilterStream stream = plugin.openStream(exchange(), 0);
		stream.requestHeaders(false, this.decisions::add);
		stream.requestBody(bytes("abc"), false, this.decisions::add);
		answer(0, 200, "");
		stream.requestBody(bytes("defg"), true, this.decisions::add);
		assertThat(this.services.lines).containsExactly("00000003", OK, "00000004", "00000001");
		assertThat(this.decisions).hasSize(5);
		assertThat(text(this.decisions.get(3))).isEqualTo("abc");
		assertThat(text(lastDecision())).isEqualTo("defg");
		stream.end();
	}

	@Test
	void bodyThatTheGuestPausesWhenItIsShownAtLastWaitsWithoutItsHeaders() {
		Plugin plugin = start(wat(stoppingAll(1).toString()), spec());
		FilterStream stream = plugin.openStream(exchange(), 0);
		stream.requestHeaders(false, this.decisions::add);
		stream.requestBody(bytes("abc"), true, this.decisions::add);
		answer(0, 200, "");
		assertThat(this.decisions).hasSize(2);
		assertThat(lastDecision()).isInstanceOf(Decision.Release.class);
		assertThat(text(lastDecision())).isEmpty();
		stream.end();
	}

	@Test
	void bodyThatIsTooLargeWhileEverythingIsStoppedIsAnswered() {
		Plugin plugin = start(wat(stoppingAll(0).toString()),
				spec().limits(limits().streams((streams) -> streams.bodyBuffer(4)).build()));
		FilterStream stream = plugin.openStream(exchange(), 0);
		stream.requestHeaders(false, this.decisions::add);
		stream.requestBody(bytes("abcde"), false, this.decisions::add);
		assertThat(status(lastDecision())).isEqualTo(413);
		stream.end();
	}

	@ParameterizedTest
	@EnumSource(FailStrategy.class)
	void vmThatIsLostWhileEverythingIsStoppedAppliesTheFailStrategyToWhatIsBuffered(FailStrategy strategy) {
		Plugin plugin = start(
				wat(stoppingAll(0).export("proxy_on_response_headers", "(param i32 i32 i32) (result i32) unreachable")
					.toString()),
				spec().failStrategy(strategy).vms(1));
		FilterStream other = plugin.openStream(exchange(), 0);
		other.requestHeaders(true, (decision) -> {
		});
		FilterStream stream = plugin.openStream(exchange(), 0);
		stream.requestHeaders(false, this.decisions::add);
		stream.requestBody(bytes("abc"), true, this.decisions::add);
		other.responseHeaders(true, (decision) -> {
		});
		if (strategy.isOpen()) {
			assertThat(text(lastDecision())).isEqualTo("abc");
		}
		else {
			assertThat(status(lastDecision())).isEqualTo(503);
		}
		stream.end();
		other.end();
	}

}
