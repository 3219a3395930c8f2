package io.gatewaywasm.host.conformance;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.gatewaywasm.host.plugin.FailStrategy;
import io.gatewaywasm.host.plugin.Plugin;
import io.gatewaywasm.host.plugin.PluginSpec;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.FilterStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Bytes that a guest injects into a response. The first stream of a guest is the one
 * under test. Each further request is a callback in which the guest acts on the first
 * stream.
 */
class InjectionTests extends AbstractConformanceTests {

	private static final String OK = "00000000";

	private static final String BAD_ARGUMENT = "00000002";

	private static final String INTERNAL_FAILURE = "0000000a";

	private Plugin plugin;

	private FilterStream stream;

	private static String inject(boolean end) {
		return "(call $say (call $inject (i32.const 1024) (i32.const 5) (i32.const %d)))".formatted(end ? 1 : 0);
	}

	private static WatGuest guest(String later) {
		return new WatGuest()
			.function("env.proxy_inject_encoded_data_to_filter_chain", "$inject", "(param i32 i32 i32) (result i32)")
			.function("env.proxy_call_foreign_function", "$foreign", "(param i32 i32 i32 i32 i32 i32) (result i32)")
			.function("env.proxy_set_effective_context", "$effective", "(param i32) (result i32)")
			.function("env.proxy_continue_stream", "$resume", "(param i32) (result i32)")
			.with("""
					(data (i32.const 1024) "event")
					(data (i32.const 2048) "inject_encoded_data_to_filter_chain_on_header")
					(data (i32.const 3072) "\\0a\\05event\\10\\01")
					(global $first (mut i32) (i32.const 0))
					(global $calls (mut i32) (i32.const 0))
					""")
			.export("proxy_on_request_headers", """
					(param i32 i32 i32) (result i32)
					(if (i32.eqz (global.get $first))
					  (then (global.set $first (local.get 0)))
					  (else (drop (call $effective (global.get $first)))
					    (global.set $calls (i32.add (global.get $calls) (i32.const 1))) %s))
					(i32.const 0)
					""".formatted(later));
	}

	private static WatGuest headers(WatGuest guest, String code, int result) {
		return guest.export("proxy_on_response_headers",
				"(param i32 i32 i32) (result i32) %s (i32.const %d)".formatted(code, result));
	}

	private static WatGuest body(WatGuest guest, String code, int result) {
		return guest.export("proxy_on_response_body",
				"(param i32 i32 i32) (result i32) %s (i32.const %d)".formatted(code, result));
	}

	private void open(WatGuest guest, PluginSpec.Builder spec) {
		this.plugin = start(wat(guest.toString()), spec.vms(1).run((run) -> run.withWarmUp(0)));
		this.stream = this.plugin.openStream(exchange(), 0);
		this.stream.requestHeaders(true, (decision) -> {
		});
	}

	private void open(WatGuest guest) {
		open(guest, spec());
	}

	private void response(boolean end) {
		this.stream.responseHeaders(end, this.decisions::add);
	}

	private void chunk(String chunk, boolean end) {
		this.stream.responseBody(bytes(chunk), end, this.decisions::add);
	}

	/** Makes the guest act on the first stream in a callback of another stream. */
	private void later() {
		FilterStream other = this.plugin.openStream(exchange(), 0);
		other.requestHeaders(true, (decision) -> {
		});
		other.end();
	}

	private static String injected(Decision decision) {
		Decision.Inject injection = (Decision.Inject) decision;
		return new String(injection.data()) + (injection.endOfStream() ? "." : "");
	}

	@Test
	void injectedBytesAnswerTheHeadersAndTheBodyFollows() {
		open(body(headers(guest(""), inject(false), 0), "", 0));
		response(false);
		assertThat(injected(lastDecision())).isEqualTo("event");
		chunk("abc", true);
		assertThat(this.decisions).hasSize(2);
		assertThat(text(lastDecision())).isEqualTo("abc");
		this.stream.end();
	}

	@Test
	void injectedBytesGoAheadOfTheChunkWhoseCallbackInjectsThem() {
		open(body(guest(""), inject(false), 0));
		response(false);
		chunk("abc", false);
		assertThat(this.decisions).hasSize(3);
		assertThat(injected(this.decisions.get(1))).isEqualTo("event");
		assertThat(text(lastDecision())).isEqualTo("abc");
		this.stream.end();
	}

	@Test
	void pausedResponseStaysPausedWhileBytesAreInjected() {
		open(body(headers(guest(inject(false)), "", 1), "(call $say (local.get 1))", 0));
		response(false);
		assertThat(this.decisions).isEmpty();
		later();
		assertThat(injected(lastDecision())).isEqualTo("event");
		chunk("abc", false);
		assertThat(lastDecision()).isEqualTo(Decision.More.INSTANCE);
		later();
		assertThat(this.decisions).hasSize(3);
		assertThat(injected(lastDecision())).isEqualTo("event");
		assertThat(this.services.lines).containsExactly(OK, OK);
		this.stream.end();
	}

	@Test
	void resumeAfterAnInjectionShowsWhatWasKeptAndSendsItOnce() {
		String later = "(if (i32.eq (global.get $calls) (i32.const 1)) (then %s) (else (drop (call $resume (i32.const 1)))))"
			.formatted(inject(false));
		open(body(headers(guest(later), "", 1), "(call $say (local.get 1))", 0));
		response(false);
		later();
		chunk("abc", true);
		assertThat(this.decisions).hasSize(1);
		later();
		assertThat(this.decisions).hasSize(2);
		assertThat(text(lastDecision())).isEqualTo("abc");
		assertThat(((Decision.Forward) lastDecision()).endOfStream()).isTrue();
		assertThat(this.services.lines).containsExactly(OK, "00000003");
		this.stream.end();
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void responseWithoutBodyGetsOne(boolean foreign) {
		String call = foreign
				? "(call $say (call $foreign (i32.const 2048) (i32.const 45) (i32.const 3072) (i32.const 9) (i32.const 0) (i32.const 0)))"
				: inject(true);
		open(headers(guest(""), call, 1));
		response(true);
		assertThat(this.decisions).hasSize(1);
		assertThat(injected(lastDecision())).isEqualTo("event.");
		assertThat(this.services.lines).containsExactly(OK);
		this.stream.end();
	}

	@Test
	void bodyThatWasOpenedByAnInjectionIsEndedWithoutCallback() {
		open(body(headers(guest(""), inject(false), 0), "(call $say (i32.const 99))", 0));
		response(true);
		chunk("", true);
		assertThat(text(lastDecision())).isEmpty();
		assertThat(((Decision.Forward) lastDecision()).endOfStream()).isTrue();
		assertThat(this.services.lines).containsExactly(OK);
		this.stream.end();
	}

	@Test
	void injectedEndDropsTheRestOfTheBody() {
		open(body(guest(inject(true)), inject(false), 3));
		response(false);
		chunk("abc", false);
		assertThat(this.decisions.subList(1, 3)).last().isEqualTo(Decision.More.INSTANCE);
		later();
		assertThat(injected(lastDecision())).isEqualTo("event.");
		chunk("never", false);
		assertThat(text(lastDecision())).isEmpty();
		assertThat(((Decision.Forward) lastDecision()).endOfStream()).isTrue();
		this.stream.end();
	}

	@Test
	void injectedEndAnswersTheChunkThatWaits() {
		open(body(guest(inject(true)), "", 1));
		response(false);
		chunk("abc", true);
		assertThat(this.decisions).hasSize(1);
		later();
		assertThat(this.decisions).hasSize(3);
		assertThat(injected(this.decisions.get(1))).isEqualTo("event.");
		assertThat(text(lastDecision())).isEmpty();
		this.stream.end();
	}

	@Test
	void injectionAfterTheEndIsABadArgumentAndIsLoggedOnce() {
		ListAppender<ILoggingEvent> log = new ListAppender<>();
		Logger logger = (Logger) LoggerFactory.getLogger("io.gatewaywasm.host.vm.hostcall.StreamControl");
		log.start();
		logger.addAppender(log);
		try {
			open(body(guest(inject(true)), inject(true) + inject(false), 0));
			response(false);
			chunk("abc", false);
			later();
			later();
			assertThat(this.services.lines).containsExactly(OK, BAD_ARGUMENT, BAD_ARGUMENT, BAD_ARGUMENT);
			assertThat(this.decisions).hasSize(3);
			assertThat(log.list).hasSize(1);
			assertThat(log.list.get(0).getFormattedMessage())
				.contains("could not inject 5 bytes into a response: the response is over", "BAD_ARGUMENT");
		}
		finally {
			logger.detachAppender(log);
			this.stream.end();
		}
	}

	@ParameterizedTest
	@CsvSource({ "0, true", "0, false" })
	void injectionIntoAResponseThatHasGoneIsABadArgument(int result, boolean end) {
		open(body(guest(inject(end)), "", result));
		response(false);
		chunk("abc", true);
		later();
		assertThat(this.services.lines).containsExactly(BAD_ARGUMENT);
		assertThat(this.decisions).hasSize(2);
		this.stream.end();
	}

	@Test
	void injectionBeforeTheResponseOrIntoARootContextIsABadArgument() {
		open(guest(inject(true)).export("proxy_on_configure",
				"(param i32 i32) (result i32) %s (i32.const 1)".formatted(inject(false))), configured("x"));
		later();
		assertThat(this.services.lines).containsOnly(BAD_ARGUMENT).hasSizeGreaterThan(1);
		this.stream.end();
	}

	@Test
	void bodyThatTheFilterDoesNotSeeTakesNoInjection() {
		open(headers(guest(inject(false)), "", 0));
		response(false);
		later();
		assertThat(this.services.lines).containsExactly(BAD_ARGUMENT);
		this.stream.end();
	}

	@Test
	void moreThanTheClientReadsIsRefusedUntilItHasRead() {
		open(body(headers(guest(inject(false)), "", 1), "", 0),
				spec().limits(limits().streams((streams) -> streams.bodyBuffer(8)).build()));
		response(false);
		later();
		later();
		assertThat(this.services.lines).containsExactly(OK, INTERNAL_FAILURE);
		((Decision.Inject) lastDecision()).sent().run();
		later();
		assertThat(this.services.lines).containsExactly(OK, INTERNAL_FAILURE, OK);
		assertThat(this.decisions).hasSize(2);
		this.stream.end();
	}

	@Test
	void localResponseInTheSameCallbackWins() {
		open(headers(
				guest("").function("env.proxy_send_local_response", "$reply",
						"(param i32 i32 i32 i32 i32 i32 i32 i32) (result i32)"),
				inject(true)
						+ "(drop (call $reply (i32.const 403) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const -1)))",
				1));
		response(true);
		assertThat(this.decisions).hasSize(1);
		assertThat(lastDecision()).isInstanceOf(Decision.Respond.class);
		this.stream.end();
	}

	@Test
	void filterThatFailsAfterAnInjectionIsNotSkipped() {
		open(body(headers(guest(""), inject(false), 0), "unreachable", 0), spec().failStrategy(FailStrategy.OPEN));
		response(false);
		chunk("abc", false);
		assertThat(lastDecision()).isInstanceOf(Decision.Reset.class);
		this.stream.end();
	}

	@Test
	void streamThatEndsTakesNoInjection() {
		open(body(guest(""), "", 1).export("proxy_on_log", "(param i32) " + inject(true)));
		response(false);
		this.stream.end();
		assertThat(this.services.lines).containsExactly(BAD_ARGUMENT);
	}

}
