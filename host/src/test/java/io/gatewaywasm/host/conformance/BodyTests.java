package io.gatewaywasm.host.conformance;

import java.util.ArrayList;
import java.util.List;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.gatewaywasm.host.fixture.FakeExchange;
import io.gatewaywasm.host.plugin.FailStrategy;
import io.gatewaywasm.host.plugin.Plugin;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.FilterStream;
import io.gatewaywasm.host.vm.stream.StreamWarnings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Buffers and the body phases, paused headers, and limits: checklist f, g and m.
 */
class BodyTests extends AbstractConformanceTests {

	private FilterStream request(Plugin plugin, String... headers) {
		FilterStream stream = plugin.openStream(exchange(headers), 0);
		stream.requestHeaders(false, this.decisions::add);
		return stream;
	}

	private void send(FilterStream stream, String chunk, boolean end) {
		stream.requestBody(bytes(chunk), end, this.decisions::add);
	}

	@ParameterizedTest
	@CsvSource({ "0, 5, 0, 5", "1, 0xffffffff, 0, 4", "4, 9, 0, 1", "5, 1, 0, 0", "6, 1, 0, 0", "0xffffffff, 9, 0, 0" })
	void bufferIsReadAsFarAsItGoes(String start, String length, int status, int expected) {
		Plugin plugin = start(wat(new WatGuest()
			.function("env.proxy_get_buffer_bytes", "$get", "(param i32 i32 i32 i32 i32) (result i32)")
			.export("proxy_on_request_body", """
					(param i32 i32 i32) (result i32)
					(i32.store (i32.const 40) (i32.const 9)) (i32.store (i32.const 44) (i32.const 9))
					(call $say (call $get (i32.const 0) (i32.const %s) (i32.const %s) (i32.const 40) (i32.const 44)))
					(call $say (i32.load (i32.const 44)))
					(call $say (i32.eqz (i32.load (i32.const 40))))
					(i32.const 0)
					""".formatted(start, length))
			.toString()), spec());
		FilterStream stream = request(plugin);
		send(stream, "12345", true);
		stream.end();
		assertThat(this.services.lines).containsExactly("0000000" + status, "0000000" + expected,
				(expected == 0) ? "00000001" : "00000000");
	}

	@ParameterizedTest
	@CsvSource({ "0:4294967295:new, new", "0:5:new, new", "0:0:new, new12345", "5:0:new, 12345new",
			"4294967295:0:new, 12345new", "0:2:new, new345" })
	void bufferIsReplacedPrependedOrAppended(String command, String expected) {
		FilterStream stream = request(start("body_rust"), "x-body", "write:" + command);
		send(stream, "12345", true);
		stream.end();
		assertThat(text(lastDecision())).isEqualTo(expected);
	}

	@ParameterizedTest
	@CsvSource({ "body_rust, upper, ABCDEF", "body_go, upper, ABCDEF", "body_rust, prepend:x, xabcdef",
			"body_go, prepend:x, xabcdef", "body_rust, append:x, abcdefx", "body_go, append:x, abcdefx",
			"body_rust, replace:new, new", "body_go, replace:new, new", "body_go, clear, ''" })
	void sdksChangeBodies(String filter, String command, String expected) {
		FilterStream stream = request(start(filter), "x-body", command);
		send(stream, "abc", false);
		send(stream, "def", true);
		stream.end();
		StringBuilder sent = new StringBuilder();
		this.decisions.stream().filter(Decision.Forward.class::isInstance).forEach((part) -> sent.append(text(part)));
		assertThat(sent).hasToString(expected);
		assertThat(((Decision.Forward) lastDecision()).endOfStream()).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "body_rust", "body_go" })
	void bufferedBodyIsShownAsAWholeAndNotAgainAfterItWasResumed(String filter) {
		FilterStream stream = request(start(filter), "x-body", "count,pause-call-end:auth");
		send(stream, "abc", false);
		send(stream, "def", true);
		assertThat(this.decisions).hasSize(2);
		answer(0, 200, "");
		assertThat(this.decisions).hasSize(3);
		stream.end();
		assertThat(this.services.lines("chunks=2")).hasSize(1);
	}

	@Test
	void resumeBetweenChunksReleasesWhatWasHeldAndLaterChunksAreShownAlone() {
		FilterStream stream = request(start("body_rust"), "x-body", "count,pause-call:auth");
		send(stream, "abc", false);
		assertThat(lastDecision()).isEqualTo(Decision.More.INSTANCE);
		answer(0, 200, "");
		assertThat(lastDecision()).isInstanceOf(Decision.Release.class);
		assertThat(text(lastDecision())).isEqualTo("abc");
		send(stream, "defg", true);
		assertThat(text(lastDecision())).isEqualTo("defg");
		stream.end();
		assertThat(this.services.lines("chunks=2 size=4")).hasSize(1);
	}

	/**
	 * Returns a code for each chunk: 1 buffers, 2 watermarks, 3 drops. The last chunk
	 * continues.
	 */
	private static WatGuest pausing(int code) {
		return new WatGuest().export("proxy_on_request_body",
				"(param i32 i32 i32) (result i32) (call $say (local.get 1)) "
						+ "(select (i32.const 0) (i32.const %d) (local.get 2))".formatted(code));
	}

	@Test
	void middleOfABufferCannotBeWritten() {
		Plugin plugin = start(wat(new WatGuest()
			.function("env.proxy_set_buffer_bytes", "$set", "(param i32 i32 i32 i32 i32) (result i32)")
			.export("proxy_on_request_body", """
					(param i32 i32 i32) (result i32)
					(call $say (call $set (i32.const 0) (i32.const 2) (i32.const 1) (i32.const 32) (i32.const 1)))
					(i32.const 0)
					""")
			.toString()), spec());
		FilterStream stream = request(plugin);
		send(stream, "12345", true);
		stream.end();
		assertThat(this.services.lines).containsExactly("00000002");
		assertThat(text(lastDecision())).isEqualTo("12345");
	}

	@Test
	void bodyThatIsNotShownIsEmptyAndCannotBeChanged() {
		Plugin plugin = start(wat(new WatGuest()
			.function("env.proxy_get_buffer_bytes", "$get", "(param i32 i32 i32 i32 i32) (result i32)")
			.function("env.proxy_set_buffer_bytes", "$set", "(param i32 i32 i32 i32 i32) (result i32)")
			.onRequestHeaders("""
					(i32.store (i32.const 44) (i32.const 9))
					(call $say (call $get (i32.const 1) (i32.const 0) (i32.const 99) (i32.const 40) (i32.const 44)))
					(call $say (i32.load (i32.const 44)))
					(call $say (call $set (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 32) (i32.const 1)))
					(call $say (call $get (i32.const 9) (i32.const 0) (i32.const 99) (i32.const 40) (i32.const 44)))
					""")
			.toString()), spec());
		request(plugin).end();
		assertThat(this.services.lines).containsExactly("00000000", "00000000", "00000002", "00000002");
	}

	@Test
	void bytesThatTheGuestHasBufferedStayIfItKeepsTheEndToItself() {
		Plugin plugin = start(
				wat(new WatGuest().function("env.proxy_continue_stream", "$continue", "(param i32) (result i32)")
					.export("proxy_on_request_body", """
							(param i32 i32 i32) (result i32)
							(select (i32.const 3) (i32.const 1) (local.get 2))
							""")
					.export("proxy_on_response_headers",
							"(param i32 i32 i32) (result i32) (drop (call $continue (i32.const 0))) (i32.const 0)")
					.toString()),
				spec());
		FilterStream stream = request(plugin);
		send(stream, "buffered", false);
		send(stream, "", true);
		List<Decision> response = new ArrayList<>();
		stream.responseHeaders(true, response::add);
		assertThat(text(lastDecision())).isEqualTo("buffered");
		stream.end();
	}

	@Test
	void trailersReleaseABodyThatIsStillHeld() {
		Plugin plugin = start(
				wat(new WatGuest().export("proxy_on_response_body", "(param i32 i32 i32) (result i32) (i32.const 1)")
					.export("proxy_on_response_trailers", "(param i32 i32) (result i32) (i32.const 0)")
					.toString()),
				spec());
		FilterStream stream = plugin.openStream(exchange(), 0);
		stream.requestHeaders(true, this.decisions::add);
		stream.responseHeaders(false, this.decisions::add);
		stream.responseBody(bytes("abc"), false, this.decisions::add);
		stream.responseTrailers(this.decisions::add);
		stream.end();
		assertThat(this.decisions).hasSize(5);
		assertThat(text(this.decisions.get(3))).isEqualTo("abc");
		assertThat(lastDecision()).isEqualTo(Decision.Continue.INSTANCE);
	}

	@Test
	void watermarkShowsEachChunkAloneAndHoldsBackTheSenderWhenFull() {
		Plugin plugin = start(wat(pausing(2).toString()),
				spec().limits(limits().streams((streams) -> streams.bodyBuffer(10)).build()));
		FilterStream stream = request(plugin);
		send(stream, "12345", false);
		assertThat(lastDecision()).isEqualTo(Decision.More.INSTANCE);
		send(stream, "6789012", false);
		assertThat(this.decisions).hasSize(2).last().isEqualTo(Decision.More.INSTANCE);
		assertThat(this.services.lines).containsExactly("00000005", "00000007");
		stream.end();
	}

	@Test
	void watermarkNeverOverflows() {
		Plugin plugin = start(wat(new WatGuest()
			.function("env.proxy_set_tick_period_milliseconds", "$tick", "(param i32) (result i32)")
			.function("env.proxy_set_effective_context", "$effective", "(param i32) (result i32)")
			.function("env.proxy_continue_stream", "$continue", "(param i32) (result i32)")
			.export("proxy_on_request_body", "(param i32 i32 i32) (result i32) (call $say (local.get 1)) (i32.const 2)")
			.export("proxy_on_queue_ready", """
					(param i32 i32)
					(drop (call $effective (i32.const 2)))
					(drop (call $continue (i32.const 0)))
					""")
			.function("env.proxy_register_shared_queue", "$queue", "(param i32 i32 i32) (result i32)")
			.export("proxy_on_configure",
					"(param i32 i32) (result i32) (call $queue (i32.const 32) (i32.const 1) (i32.const 40)) (i32.eqz)")
			.toString()), spec().limits(limits().streams((streams) -> streams.bodyBuffer(10)).build()));
		FilterStream stream = request(plugin);
		send(stream, "123456789", false);
		send(stream, "012345678", false);
		// The body exceeds the limit: no decision, and thus no demand, follows until the
		// guest resumes.
		assertThat(this.decisions).hasSize(2);
		int queue = this.services.sharedScopes().scope("").resolveQueue("\0");
		this.services.sharedScopes().scope("").enqueue(queue, bytes("resume"));
		await(() -> this.decisions.size() == 3);
		assertThat(text(lastDecision())).isEqualTo("123456789012345678");
		stream.end();
	}

	@Test
	void chunkThatIsNotBufferedIsTheGuests() {
		FilterStream stream = request(start(wat(pausing(3).toString()), spec()));
		send(stream, "123", false);
		send(stream, "45", true);
		stream.end();
		assertThat(text(lastDecision())).isEqualTo("45");
		assertThat(this.services.lines).containsExactly("00000003", "00000002");
	}

	@Test
	void bufferThatOverflowsIsAnswered() {
		Plugin plugin = start(wat(pausing(1).toString()),
				spec().limits(limits().streams((streams) -> streams.bodyBuffer(10)).build()));
		FilterStream stream = request(plugin);
		send(stream, "12345678", false);
		send(stream, "901", false);
		assertThat(status(lastDecision())).isEqualTo(413);
		stream.end();
	}

	@Test
	void responseThatOverflowsIsAnswered() {
		Plugin plugin = start("body_rust",
				spec().limits(limits().streams((streams) -> streams.bodyBuffer(10)).build()));
		FakeExchange exchange = exchange("x-body-resp", "buffer");
		FilterStream stream = plugin.openStream(exchange, 0);
		stream.requestHeaders(true, this.decisions::add);
		stream.responseHeaders(false, this.decisions::add);
		stream.responseBody(bytes("12345678901"), false, this.decisions::add);
		assertThat(status(lastDecision())).isEqualTo(500);
		stream.end();
	}

	@Test
	void overflowIsCountedAndSaidOnceWithWhatToDo() {
		Plugin plugin = start(wat(pausing(1).toString()),
				spec().limits(limits().streams((streams) -> streams.bodyBuffer(10)).build()));
		Logger logger = (Logger) LoggerFactory.getLogger(StreamWarnings.class);
		ListAppender<ILoggingEvent> lines = new ListAppender<>();
		lines.start();
		logger.addAppender(lines);
		try {
			for (int i = 0; i < 3; i++) {
				FilterStream stream = request(plugin);
				send(stream, "12345678", false);
				send(stream, "901", false);
				stream.end();
			}
		}
		finally {
			logger.detachAppender(lines);
		}
		assertThat(this.services.failures).containsExactly("body-buffer", "body-buffer", "body-buffer");
		assertThat(lines.list).singleElement().satisfies((line) -> {
			assertThat(line.getLevel()).isEqualTo(Level.WARN);
			assertThat(line.getFormattedMessage()).contains("'probe'", "A request got 413", "10 bytes",
					"'limits.body-buffer'", "Raise");
		});
		assertThat(plugin.status().counters().localResponses()).isZero();
		assertThat(plugin.status().counters().failures()).isEqualTo(3);
		assertThat(plugin.status().lastError()).contains("buffered more than 10 bytes");
	}

	@Test
	void overflowOfALocalResponsesOwnBodyIsAnsweredInsteadOfHanging() {
		Plugin plugin = start(wat(new WatGuest()
			.function("env.proxy_send_local_response", "$reply", "(param i32 i32 i32 i32 i32 i32 i32 i32) (result i32)")
			.onRequestHeaders("""
					(drop (call $reply (i32.const 403) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)
					  (i32.const 0) (i32.const 0) (i32.const -1)))
					""")
			.export("proxy_on_response_body", "(param i32 i32 i32) (result i32) (i32.const 1)")
			.toString()), spec().limits(limits().streams((streams) -> streams.bodyBuffer(10)).build()));
		FilterStream stream = request(plugin);
		assertThat(status(lastDecision())).isEqualTo(403);
		stream.responseHeaders(false, this.decisions::add);
		stream.responseBody(bytes("12345678901"), true, this.decisions::add);
		assertThat(status(lastDecision())).isEqualTo(500);
		stream.end();
	}

	@Test
	void bodyThatWasJustSmallEnoughToBeHeldCanBeRewrittenButNotWithoutEnd() {
		Plugin plugin = start("body_rust",
				spec().limits(limits().streams((streams) -> streams.bodyBuffer(10)).build()));
		FilterStream doubled = request(plugin, "x-body", "append:0123456789");
		send(doubled, "abcdefghij", true);
		assertThat(text(lastDecision())).isEqualTo("abcdefghij0123456789");
		doubled.end();
		FilterStream more = request(plugin, "x-body", "append:0123456789x");
		send(more, "abcdefghij", true);
		assertThat(status(lastDecision())).isEqualTo(503);
		more.end();
	}

	// --- Paused headers

	@ParameterizedTest
	@ValueSource(strings = { "body_rust", "body_go" })
	void heldHeadersAreReleasedByTheBodyCallbackAndMayBeChangedInIt(String filter) {
		Plugin plugin = start(filter, spec().headersStopIteration(true));
		FakeExchange exchange = exchange("x-body", "hold-headers,size-header:x-size");
		FilterStream stream = plugin.openStream(exchange, 0);
		stream.requestHeaders(false, this.decisions::add);
		assertThat(this.decisions).containsExactly(Decision.KeepHeaders.INSTANCE);
		send(stream, "abc", false);
		assertThat(lastDecision()).isEqualTo(Decision.More.INSTANCE);
		send(stream, "def", true);
		assertThat(text(lastDecision())).isEqualTo("abcdef");
		assertThat(exchange.requestHeaders.get("x-size")).isEqualTo("6");
		stream.end();
	}

	@Test
	void headersStopAllByDefault() {
		FilterStream stream = request(start("body_rust"), "x-body", "hold-headers");
		assertThat(this.decisions).isEmpty();
		stream.end();
	}

	@Test
	void higressGuestsKeepHeadersByDefault() {
		Plugin plugin = start(wat(new WatGuest().abi("0_2_100")
			.export("proxy_on_request_headers", "(param i32 i32 i32) (result i32) (i32.const 1)")
			.toString()), spec());
		FilterStream stream = request(plugin);
		assertThat(this.decisions).containsExactly(Decision.KeepHeaders.INSTANCE);
		send(stream, "abc", false);
		assertThat(text(lastDecision())).isEqualTo("abc");
		stream.end();
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 2 })
	void fullBufferWhileHeadersAreHeldIsAnsweredAndNoDeadlock(int code) {
		Plugin plugin = start(
				wat(pausing(code).export("proxy_on_request_headers", "(param i32 i32 i32) (result i32) (i32.const 1)")
					.toString()),
				spec().headersStopIteration(true)
					.limits(limits().streams((streams) -> streams.bodyBuffer(10)).build()));
		FilterStream stream = request(plugin);
		send(stream, "12345678", false);
		send(stream, "901", false);
		assertThat(status(lastDecision())).isEqualTo(413);
		stream.end();
	}

	@Test
	void heldHeadersAreReleasedByACalloutBetweenChunks() {
		Plugin plugin = start("probe_rust", spec().headersStopIteration(true));
		FilterStream stream = request(plugin, "x-probe", "pause-call:auth");
		assertThat(this.decisions).containsExactly(Decision.KeepHeaders.INSTANCE);
		answer(0, 200, "");
		assertThat(lastDecision()).isInstanceOf(Decision.Release.class);
		send(stream, "abc", true);
		assertThat(text(lastDecision())).isEqualTo("abc");
		stream.end();
	}

	@Test
	void replyWhileHeadersAreHeldReachesTheNextChunkToo() {
		Plugin plugin = start("probe_rust", spec().headersStopIteration(true));
		FakeExchange exchange = exchange("x-probe", "local-from-call:auth");
		FilterStream stream = plugin.openStream(exchange, 0);
		stream.requestHeaders(false, this.decisions::add);
		answer(0, 200, "");
		assertThat(exchange.earlyEnds).hasSize(1);
		// A chunk that was already on its way must not release the headers.
		send(stream, "abc", true);
		assertThat(status(lastDecision())).isEqualTo(403);
		stream.end();
	}

	@Test
	void headersWithEndOfStreamDoNotWaitForABody() {
		Plugin plugin = start("body_rust", spec().headersStopIteration(true));
		FilterStream stream = plugin.openStream(exchange("x-body", "hold-headers"), 0);
		stream.requestHeaders(true, this.decisions::add);
		assertThat(this.decisions).isNotEmpty().doesNotContain(Decision.KeepHeaders.INSTANCE);
		stream.end();
	}

	@Test
	void trailersOfRequestsAreShownAndChangedBehindTheBodyThatIsBuffered() {
		String add = """
				(param i32 i32) (result i32)
				(call $say (call $add (i32.const 1) (i32.const 1024) (i32.const 3) (i32.const 1024) (i32.const 3)))
				(i32.const 0)
				""";
		Plugin plugin = start(wat(new WatGuest()
			.function("env.proxy_add_header_map_value", "$add", "(param i32 i32 i32 i32 i32) (result i32)")
			.with("(data (i32.const 1024) \"x-a\")")
			.export("proxy_on_request_body", "(param i32 i32 i32) (result i32) (i32.const 1)")
			.export("proxy_on_request_trailers", add)
			.toString()), spec());
		FakeExchange exchange = exchange();
		FilterStream stream = plugin.openStream(exchange, 0);
		assertThat(stream.wantsRequestTrailers()).isTrue();
		stream.requestHeaders(false, this.decisions::add);
		stream.requestBody(bytes("abc"), false, this.decisions::add);
		assertThat(lastDecision()).isEqualTo(Decision.More.INSTANCE);
		exchange.requestTrailers.add("x-t", "1");
		stream.requestTrailers(this.decisions::add);
		assertThat(this.services.lines).containsExactly("00000000");
		assertThat(exchange.requestTrailers.get("x-a")).isEqualTo("x-a");
		assertThat(this.decisions).hasSize(4);
		assertThat(text(this.decisions.get(2))).isEqualTo("abc");
		assertThat(lastDecision()).isEqualTo(Decision.Continue.INSTANCE);
		stream.end();
	}

	@Test
	void trailersAreShownAndChangedAndWaitForTheGuest() {
		FakeExchange exchange = exchange("x-probe-resp-trailers", "trailer:x-new=1,count,pause-call:auth");
		Plugin plugin = start("probe_rust");
		FilterStream stream = plugin.openStream(exchange, 0);
		stream.requestHeaders(true, this.decisions::add);
		stream.responseHeaders(false, this.decisions::add);
		exchange.responseTrailers.add("grpc-status", "0");
		stream.responseTrailers(this.decisions::add);
		assertThat(this.decisions).hasSize(2);
		answer(0, 200, "");
		assertThat(this.decisions).hasSize(3);
		assertThat(lastDecision()).isEqualTo(Decision.Continue.INSTANCE);
		assertThat(exchange.responseTrailers.get("x-new")).isEqualTo("1");
		assertThat(exchange.responseTrailers.get("x-count")).isEqualTo("1");
		stream.end();
	}

	@Test
	void trailersBelongToTheEndOfTheBodyAndToTheirOwnCallback() {
		String add = """
				(param i32 i32 i32) (result i32)
				(call $say (call $add (i32.const 3) (i32.const 1024) (i32.const 3) (i32.const 1024) (i32.const 3)))
				(i32.const 0)
				""";
		Plugin plugin = start(wat(new WatGuest()
			.function("env.proxy_add_header_map_value", "$add", "(param i32 i32 i32 i32 i32) (result i32)")
			.with("(data (i32.const 1024) \"x-a\")")
			.export("proxy_on_response_headers", add)
			.export("proxy_on_response_body", add)
			.export("proxy_on_response_trailers", add.replace("(param i32 i32 i32)", "(param i32 i32)"))
			.toString()), spec());
		FakeExchange exchange = exchange();
		FilterStream stream = plugin.openStream(exchange, 0);
		stream.requestHeaders(true, this.decisions::add);
		stream.responseHeaders(false, this.decisions::add);
		stream.responseBody(bytes("abc"), false, this.decisions::add);
		assertThat(exchange.responseTrailers.size()).isZero();
		stream.responseTrailers(this.decisions::add);
		assertThat(this.services.lines).containsExactly("00000002", "00000002", "00000000");
		assertThat(exchange.responseTrailers.get("x-a")).isEqualTo("x-a");
		stream.end();
		stream = plugin.openStream(exchange(), 0);
		stream.requestHeaders(true, this.decisions::add);
		stream.responseHeaders(false, this.decisions::add);
		stream.responseBody(bytes("abc"), true, this.decisions::add);
		assertThat(this.services.lines).endsWith("00000002", "00000000");
		stream.end();
	}

	/** Buffers bodies (or, with code 0, rewrites them) and traps at the trailers. */
	private FilterStream trappingAtTrailers(int code) {
		Plugin plugin = start(wat(new WatGuest()
			.function("env.proxy_set_buffer_bytes", "$set", "(param i32 i32 i32 i32 i32) (result i32)")
			.with("(data (i32.const 1024) \"x\")")
			.export("proxy_on_response_body", """
					(param i32 i32 i32) (result i32)
					(drop (call $set (i32.const 1) (i32.const 0) (i32.const 0) (i32.const 1024) (i32.const 1)))
					(i32.const %d)
					""".formatted(code))
			.export("proxy_on_response_trailers", "(param i32 i32) (result i32) unreachable")
			.toString()), spec().failStrategy(FailStrategy.OPEN));
		FilterStream stream = plugin.openStream(exchange(), 0);
		stream.requestHeaders(true, this.decisions::add);
		stream.responseHeaders(false, this.decisions::add);
		stream.responseBody(bytes("abc"), false, this.decisions::add);
		return stream;
	}

	@Test
	void bodyThatIsHeldSurvivesATrapAtTheTrailersIfOpen() {
		FilterStream stream = trappingAtTrailers(1);
		assertThat(lastDecision()).isEqualTo(Decision.More.INSTANCE);
		stream.responseTrailers(this.decisions::add);
		assertThat(text(lastDecision())).isEqualTo("xabc");
		assertThat(((Decision.Forward) lastDecision()).endOfStream()).isTrue();
		stream.end();
	}

	@Test
	void bodyThatWasSentIsNotCutByATrapAtTheTrailersIfOpen() {
		FilterStream stream = trappingAtTrailers(0);
		assertThat(text(lastDecision())).isEqualTo("xabc");
		stream.responseTrailers(this.decisions::add);
		assertThat(lastDecision()).isInstanceOf(Decision.Forward.class);
		assertThat(text(lastDecision())).isEmpty();
		stream.end();
	}

	@Test
	void trailersAreAnnouncedByTheGuestAtTheEndOfTheBody() {
		FakeExchange exchange = exchange("x-body-resp", "trailer:x-sum=1");
		FilterStream stream = start("body_rust").openStream(exchange, 0);
		stream.requestHeaders(true, this.decisions::add);
		stream.responseHeaders(false, this.decisions::add);
		stream.responseBody(bytes("abc"), true, this.decisions::add);
		stream.end();
		assertThat(exchange.responseTrailers.get("x-sum")).isEqualTo("1");
	}

}
