package io.gatewaywasm.host.conformance;

import io.gatewaywasm.host.fixture.FakeExchange;
import io.gatewaywasm.host.plugin.Plugin;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.FailureReason;
import io.gatewaywasm.host.spi.FilterStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Headers callbacks and header maps: checklist a, e, i and z.
 */
class HeaderTests extends AbstractConformanceTests {

	private static final String OK = "00000000";

	private static final String NOT_FOUND = "00000001";

	private static final String BAD_ARGUMENT = "00000002";

	@ParameterizedTest
	@ValueSource(strings = { "", "0_1_0", "0_2_1" })
	void exportOfTwoParametersGetsTwo(String abi) {
		Plugin plugin = start(wat(new WatGuest().abi(abi)
			.export("proxy_on_request_headers", "(param i32 i32) (result i32) (call $say (local.get 1)) (i32.const 0)")
			.toString()), spec());
		run(plugin);
		assertThat(this.services.lines).containsExactly("00000004");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "0_1_0", "0_2_1" })
	void exportWithThreeParametersGetsTheEndOfTheStream(String abi) {
		Plugin plugin = start(wat(new WatGuest().abi(abi)
			.onRequestHeaders("(call $say (local.get 1)) (call $say (local.get 2))")
			.onResponseHeaders("(call $say (local.get 1)) (call $say (local.get 2))")
			.toString()), spec());
		FilterStream stream = plugin.openStream(exchange(), 0);
		stream.requestHeaders(true, this.decisions::add);
		stream.responseHeaders(false, this.decisions::add);
		stream.end();
		assertThat(this.services.lines).containsExactly("00000004", "00000001", "00000001", OK);
	}

	@ParameterizedTest
	@CsvSource({ "0, CONTINUE", "1, pause", "2, CONTINUE", "3, KEEP", "4, pause", "5, pause", "-1, pause" })
	void headersStatusOfCppGuests(int code, String expected) {
		Plugin plugin = start(wat(new WatGuest()
			.export("proxy_on_request_headers", "(param i32 i32 i32) (result i32) (i32.const " + code + ")")
			.toString()), spec());
		FilterStream stream = plugin.openStream(exchange(), 0);
		stream.requestHeaders(false, this.decisions::add);
		switch (expected) {
			case "CONTINUE" -> assertThat(this.decisions).containsExactly(Decision.Continue.INSTANCE);
			// The gateway reads the body, which is buffered and not passed to the guest.
			case "KEEP" -> assertThat(this.decisions).containsExactly(Decision.KeepHeaders.INSTANCE);
			default -> assertThat(this.decisions).isEmpty();
		}
		stream.end();
	}

	@ParameterizedTest
	@CsvSource({ "0, Forward", "1, More", "2, More", "3, More", "4, More" })
	void dataStatusOfCppGuests(int code, String expected) {
		Plugin plugin = start(wat(new WatGuest()
			.export("proxy_on_request_body", "(param i32 i32 i32) (result i32) (i32.const " + code + ")")
			.toString()), spec());
		FilterStream stream = plugin.openStream(exchange(), 0);
		stream.requestHeaders(false, this.decisions::add);
		stream.requestBody(bytes("a"), false, this.decisions::add);
		assertThat(lastDecision().getClass().getSimpleName()).isEqualTo(expected);
		stream.end();
	}

	@ParameterizedTest
	@CsvSource({ "0_1_0, " + OK, "0_2_0, " + NOT_FOUND, "0_2_1, " + NOT_FOUND, "0_2_100, " + NOT_FOUND })
	void missingHeaderHasTheStatusOfTheAbiVersion(String abi, String status) {
		Plugin plugin = start(wat(new WatGuest().abi(abi)
			.function("env.proxy_get_header_map_value", "$header", "(param i32 i32 i32 i32 i32) (result i32)")
			.with("(data (i32.const 32) \"x-none\")")
			.onRequestHeaders("""
					(i32.store (i32.const 44) (i32.const 9))
					(call $say (call $header (i32.const 0) (i32.const 32) (i32.const 6) (i32.const 40) (i32.const 44)))
					(call $say (i32.load (i32.const 44)))
					""")
			.toString()), spec());
		run(plugin);
		assertThat(this.services.lines).containsExactly(status, status.equals(OK) ? OK : "00000009");
	}

	@Test
	void mapThatThePhaseDoesNotHave() {
		Plugin plugin = start(wat(new WatGuest()
			.function("env.proxy_get_header_map_value", "$header", "(param i32 i32 i32 i32 i32) (result i32)")
			.function("env.proxy_get_header_map_pairs", "$pairs", "(param i32 i32 i32) (result i32)")
			.function("env.proxy_add_header_map_value", "$add", "(param i32 i32 i32 i32 i32) (result i32)")
			.with("(data (i32.const 32) \":path\")")
			.onRequestHeaders("""
					(call $say (call $header (i32.const 2) (i32.const 32) (i32.const 5) (i32.const 40) (i32.const 44)))
					(call $say (call $pairs (i32.const 2) (i32.const 40) (i32.const 44)))
					(call $say (i32.load (i32.const 44)))
					(call $say (call $add (i32.const 2) (i32.const 33) (i32.const 4) (i32.const 33) (i32.const 4)))
					(call $say (call $header (i32.const 8) (i32.const 32) (i32.const 5) (i32.const 40) (i32.const 44)))
					""")
			.toString()), spec());
		run(plugin);
		assertThat(this.services.lines).containsExactly(BAD_ARGUMENT, OK, OK, BAD_ARGUMENT, BAD_ARGUMENT);
	}

	@Test
	void headersCanBeChangedOnlyUntilTheyAreSentOn() {
		String add = """
				(call $say (call $add (i32.const 0) (i32.const 33) (i32.const 4) (i32.const 33) (i32.const 4)))
				""";
		Plugin plugin = start(wat(new WatGuest()
			.function("env.proxy_add_header_map_value", "$add", "(param i32 i32 i32 i32 i32) (result i32)")
			.with("(data (i32.const 32) \":path\")")
			.onRequestHeaders(add)
			.export("proxy_on_request_body", "(param i32 i32 i32) (result i32) " + add + "(i32.const 0)")
			.toString()), spec());
		FilterStream stream = plugin.openStream(exchange(), 0);
		stream.requestHeaders(false, this.decisions::add);
		stream.requestBody(bytes("a"), true, this.decisions::add);
		stream.end();
		assertThat(this.services.lines).containsExactly(OK, BAD_ARGUMENT);
	}

	@ParameterizedTest
	@CsvSource({ "proxy_add_header_map_value, x-new, 1, true", "proxy_replace_header_map_value, x-new, 1, true",
			"proxy_replace_header_map_value, :path, /x, true", "proxy_replace_header_map_value, :path, /, false",
			"proxy_replace_header_map_value, content-length, 1, false" })
	void lateChangeOfHeadersThatWaitedForTheBodyEndsTheExchange(String function, String name, String value,
			boolean ends) {
		String change = "(call $say (call $change (i32.const 0) (i32.const 128) (i32.const %d) (i32.const 192) (i32.const %d)))"
			.formatted(name.length(), value.length());
		Plugin plugin = start(
				wat(new WatGuest().function("env." + function, "$change", "(param i32 i32 i32 i32 i32) (result i32)")
					.with("(data (i32.const 128) \"" + name + "\") (data (i32.const 192) \"" + value + "\")")
					.export("proxy_on_request_headers", "(param i32 i32 i32) (result i32) (i32.const 1)")
					.export("proxy_on_request_body",
							"(param i32 i32 i32) (result i32) (if (local.get 2) (then " + change + ")) (i32.const 0)")
					.toString()),
				spec().headersStopIteration(true));
		FilterStream stream = plugin.openStream(exchange(), 0);
		stream.requestHeaders(false, this.decisions::add);
		stream.requestBody(bytes("a"), false, this.decisions::add);
		stream.requestBody(bytes("b"), true, this.decisions::add);
		stream.end();
		assertThat(this.services.lines).containsExactly(OK);
		Decision last = this.decisions.get(this.decisions.size() - 1);
		assertThat(last instanceof Decision.Respond response && response.response().status() == 503).isEqualTo(ends);
		assertThat(stream.failureReason()).isEqualTo(ends ? FailureReason.INVALID_MESSAGE : null);
	}

	@ParameterizedTest
	@CsvSource({ "false, 503", "true, 403" })
	void lateChangesOfOneCallbackGiveOneResponse(boolean responds, int status) {
		String change = "(call $say (call $add (i32.const 0) (i32.const 33) (i32.const 4) (i32.const 33) (i32.const 4)))";
		String response = "(drop (call $respond (i32.const 403)" + " (i32.const 0)".repeat(6) + " (i32.const -1)))";
		Plugin plugin = start(wat(new WatGuest()
			.function("env.proxy_add_header_map_value", "$add", "(param i32 i32 i32 i32 i32) (result i32)")
			.function("env.proxy_send_local_response", "$respond",
					"(param i32 i32 i32 i32 i32 i32 i32 i32) (result i32)")
			.with("(data (i32.const 32) \":path\")")
			.export("proxy_on_request_headers", "(param i32 i32 i32) (result i32) (i32.const 1)")
			.export("proxy_on_request_body",
					"(param i32 i32 i32) (result i32) (if (local.get 2) (then " + (responds ? response : "") + change
							+ change + ")) (i32.const 0)")
			.toString()), spec().headersStopIteration(true));
		FilterStream stream = plugin.openStream(exchange(), 0);
		stream.requestHeaders(false, this.decisions::add);
		stream.requestBody(bytes("a"), false, this.decisions::add);
		stream.requestBody(bytes("b"), true, this.decisions::add);
		stream.end();
		assertThat(this.services.lines).containsExactly(OK, OK);
		assertThat(this.decisions.get(this.decisions.size() - 1)).isInstanceOfSatisfying(Decision.Respond.class,
				(sent) -> assertThat(sent.response().status()).isEqualTo(status));
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 3 })
	void vmThatIsLostWhileHeadersWaitEndsTheExchangeWithoutAPartOfTheBody(int action) {
		Plugin plugin = start(wat(new WatGuest()
			.export("proxy_on_request_headers",
					"(param i32 i32 i32) (result i32) (if (local.get 2) (then unreachable)) " + "(i32.const " + action
							+ ")")
			.export("proxy_on_request_body", "(param i32 i32 i32) (result i32) (i32.const 0)")
			.toString()), spec().headersStopIteration(true));
		FakeExchange waiting = exchange();
		FilterStream stream = plugin.openStream(waiting, 0);
		stream.requestHeaders(false, this.decisions::add);
		assertThat(this.decisions).containsExactly(Decision.KeepHeaders.INSTANCE);
		FilterStream other = plugin.openStream(exchange(), 0);
		other.requestHeaders(true, (decision) -> {
		});
		assertThat(waiting.earlyEnds).singleElement()
			.isInstanceOfSatisfying(Decision.Respond.class,
					(sent) -> assertThat(sent.response().status()).isEqualTo(503));
		other.end();
		stream.end();
	}

	@Test
	void requestHeadersCanStillBeReadInTheResponse() {
		Plugin plugin = start(wat(new WatGuest()
			.function("env.proxy_get_header_map_value", "$header", "(param i32 i32 i32 i32 i32) (result i32)")
			.with("(data (i32.const 32) \":path\")")
			.onResponseHeaders("""
					(call $say (call $header (i32.const 0) (i32.const 32) (i32.const 5) (i32.const 40) (i32.const 44)))
					""")
			.toString()), spec());
		FilterStream stream = plugin.openStream(exchange(), 0);
		stream.requestHeaders(true, this.decisions::add);
		stream.responseHeaders(true, this.decisions::add);
		stream.end();
		assertThat(this.services.lines).containsExactly(OK);
	}

	@Test
	void firstValueIsReadAllArePairsAndReplaceLeavesOne() {
		FakeExchange exchange = exchange("x-a", "1", "X-A", "2", "x-probe",
				"get:x-a,headers,replace:x-b=1,replace:x-a=3");
		Plugin plugin = start("probe_rust");
		FilterStream stream = plugin.openStream(exchange, 0);
		stream.requestHeaders(true, this.decisions::add);
		stream.end();
		assertThat(exchange.requestHeaders.get("x-get")).isEqualTo("x-a=1");
		assertThat(this.services.lines("x-a=1")).isNotEmpty();
		assertThat(this.services.lines("x-a=2")).isNotEmpty();
		assertThat(exchange.requestHeaders.toString().split("name=(x-a|X-A),")).hasSize(2);
		assertThat(exchange.requestHeaders.get("x-a")).isEqualTo("3");
	}

	@Test
	void effectiveContextIsThatOfTheCallbackAgainAfterEachCall() {
		// The second stream's callback makes the first stream effective and adds a header
		// to it. The third stream's callback must start with its own context.
		Plugin plugin = start(wat(new WatGuest()
			.function("env.proxy_add_header_map_value", "$add", "(param i32 i32 i32 i32 i32) (result i32)")
			.function("env.proxy_set_effective_context", "$effective", "(param i32) (result i32)")
			.with("(data (i32.const 32) \"x-mark\")")
			.export("proxy_on_request_headers", """
					(param i32 i32 i32) (result i32)
					(if (i32.eq (local.get 0) (i32.const 3))
					  (then (call $say (call $effective (i32.const 2)))))
					(call $say (call $add (i32.const 0) (i32.const 32) (i32.const 6) (i32.const 32) (i32.const 6)))
					(i32.const 1)
					""")
			.toString()), spec());
		FakeExchange[] exchanges = { exchange(), exchange(), exchange() };
		for (FakeExchange exchange : exchanges) {
			plugin.openStream(exchange, 0).requestHeaders(true, this.decisions::add);
		}
		assertThat(this.services.lines).containsExactly(OK, OK, OK, OK);
		assertThat(exchanges[0].requestHeaders.size()).isEqualTo(6);
		assertThat(exchanges[1].requestHeaders.get("x-mark")).isNull();
		assertThat(exchanges[2].requestHeaders.get("x-mark")).isEqualTo("x-mark");
	}

	@Test
	void unknownEffectiveContextIsABadArgument() {
		Plugin plugin = start(
				wat(new WatGuest().function("env.proxy_set_effective_context", "$effective", "(param i32) (result i32)")
					.onRequestHeaders("(call $say (call $effective (i32.const 77)))")
					.toString()),
				spec());
		run(plugin);
		assertThat(this.services.lines).containsExactly(BAD_ARGUMENT);
	}

	@ParameterizedTest
	@CsvSource({ "'', 5", "'\\01\\00\\00\\00\\01\\00\\00\\00\\01\\00\\00\\00a\\00b\\00', 1",
			"'\\01\\00\\00\\00\\01\\00\\00\\00\\01\\00\\00\\00a\\00b\\00\\00', 0",
			"'\\01\\00\\00\\00\\01\\00\\00\\00\\01\\00\\00\\00a\\00bX', 0",
			"'\\01\\00\\00\\00\\ff\\ff\\ff\\7f\\01\\00\\00\\00a\\00b\\00', 0", "'\\01\\04\\00\\00', 0" })
	void malformedPairsAreAnEmptyList(String pairs, int left) {
		int length = pairs.replaceAll("\\\\[0-9a-f]{2}", "?").length();
		Plugin plugin = start(wat(
				new WatGuest().function("env.proxy_set_header_map_pairs", "$set", "(param i32 i32 i32) (result i32)")
					.with("(data (i32.const 64) \"" + pairs + "\")")
					.onRequestHeaders((length == 0) ? ""
							: "(call $say (call $set (i32.const 0) (i32.const 64) (i32.const " + length + ")))")
					.toString()),
				spec());
		FakeExchange exchange = exchange("x-old", "1");
		plugin.openStream(exchange, 0).requestHeaders(true, this.decisions::add);
		assertThat(exchange.requestHeaders.size()).isEqualTo(left);
		assertThat(this.services.lines).hasSize((length == 0) ? 0 : 1).allMatch(OK::equals);
	}

}
