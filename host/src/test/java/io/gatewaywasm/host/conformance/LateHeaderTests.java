package io.gatewaywasm.host.conformance;

import java.util.List;

import io.gatewaywasm.host.fixture.FakeExchange;
import io.gatewaywasm.host.plugin.Plugin;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.FailureReason;
import io.gatewaywasm.host.spi.FilterStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Header maps before the headers are shown, and after they were resumed or answered.
 */
class LateHeaderTests extends AbstractConformanceTests {

	private static final String OK = "00000000";

	private static final String NOT_FOUND = "00000001";

	private static final String BAD_ARGUMENT = "00000002";

	/** Adds the header {@code path: path} to a map, and logs the status. */
	private static final String ADD = "(call $say (call $add (i32.const %d) (i32.const 33) (i32.const 4) (i32.const 33) (i32.const 4)))";

	/** Reads the header {@code path}, and logs the status. */
	private static final String GET = "(call $say (call $get (i32.const %d) (i32.const 33) (i32.const 4) (i32.const 40) (i32.const 44)))";

	private static final String PAUSE_RESPONSE = "(param i32 i32 i32) (result i32)"
			+ " (i32.store (i32.const 48) (local.get 0)) (i32.const 1)";

	/** Resumes the stream whose id is in the memory, in a callback of another stream. */
	private static final String RESUME_FIRST = "(if (i32.load (i32.const 48)) (then"
			+ " (drop (call $effective (i32.load (i32.const 48)))) (drop (call $continue (i32.const %d))) %s))";

	@ParameterizedTest
	@CsvSource({ "true, true", "false, false" })
	void responseHeadersThatAnotherCallbackHasResumedAcceptALateChange(boolean changes, boolean ends) {
		Plugin plugin = start(wat(guest().onRequestHeaders(RESUME_FIRST.formatted(1, ""))
			.export("proxy_on_response_headers", PAUSE_RESPONSE)
			.export("proxy_on_response_body",
					"(param i32 i32 i32) (result i32) " + (changes ? ADD.formatted(2) : "") + GET.formatted(2)
							+ "(i32.const 0)")
			.toString()), spec());
		FilterStream stream = plugin.openStream(exchange(), 0);
		stream.requestHeaders(true, this.decisions::add);
		stream.responseHeaders(false, this.decisions::add);
		run(plugin);
		stream.responseBody(bytes("a"), true, this.decisions::add);
		assertThat(this.services.lines).containsExactlyElementsOf(changes ? List.of(OK, OK) : List.of(NOT_FOUND));
		assertThat(lastDecision() instanceof Decision.Respond || lastDecision() instanceof Decision.Reset)
			.isEqualTo(ends);
		assertThat(stream.failureReason()).isEqualTo(ends ? FailureReason.INVALID_MESSAGE : null);
		stream.end();
	}

	@ParameterizedTest
	@CsvSource({ "0, request", "1, response" })
	void requestHeadersCannotBeChangedOnceTheGuestHasResumedEitherMessage(int resumed, String message) {
		Plugin plugin = start(wat(guest()
			.export("proxy_on_request_headers",
					"(param i32 i32 i32) (result i32) " + RESUME_FIRST.formatted(resumed, ADD.formatted(0))
							+ "(i32.store (i32.const 48) (local.get 0)) (i32.const 1)")
			.toString()), spec());
		FakeExchange exchange = exchange();
		FilterStream stream = plugin.openStream(exchange, 0);
		stream.requestHeaders(false, this.decisions::add);
		run(plugin);
		assertThat(this.services.lines).as(message).containsExactly(BAD_ARGUMENT);
		assertThat(exchange.requestHeaders.get("path")).isNull();
		stream.end();
	}

	@Test
	void requestHeadersAcceptChangesAfterALocalResponseToThem() {
		String response = "(drop (call $respond (i32.const 403)" + " (i32.const 0)".repeat(6) + " (i32.const -1)))";
		Plugin plugin = start(wat(guest()
			.export("proxy_on_request_headers", "(param i32 i32 i32) (result i32) " + response + "(i32.const 1)")
			.onResponseHeaders(ADD.formatted(0) + GET.formatted(0))
			.export("proxy_on_log", "(param i32) " + ADD.formatted(0))
			.toString()), spec());
		FakeExchange exchange = exchange();
		FilterStream stream = plugin.openStream(exchange, 0);
		stream.requestHeaders(true, this.decisions::add);
		stream.responseHeaders(true, this.decisions::add);
		stream.end();
		assertThat(this.services.lines).containsExactly(OK, OK, OK);
		assertThat(exchange.requestHeaders.get("path")).isNull();
		assertThat(stream.failureReason()).isNull();
	}

	@Test
	void requestHeadersDoNotExistWhileTheContextIsCreated() {
		Plugin plugin = start(wat(guest()
			.export("proxy_on_context_create", "(param i32 i32) (if (local.get 1) (then " + GET.formatted(0)
					+ "(call $say (call $property (i32.const 64) (i32.const 12) (i32.const 40) (i32.const 44)))))")
			.with("(data (i32.const 64) \"request\\00path\")")
			.toString()), spec());
		run(plugin);
		assertThat(this.services.lines).containsExactly(BAD_ARGUMENT, NOT_FOUND);
	}

	@Test
	void sizeOfAbsentTrailersCreatesThemAtTheEndOfABody() {
		Plugin plugin = start(wat(guest()
			.export("proxy_on_request_body", "(param i32 i32 i32) (result i32) " + GET.formatted(1)
					+ "(call $say (call $size (i32.const 1) (i32.const 40)))" + GET.formatted(1) + "(i32.const 0)")
			.onResponseHeaders(GET.formatted(1))
			.toString()), spec());
		FilterStream stream = plugin.openStream(exchange(), 0);
		stream.requestHeaders(false, this.decisions::add);
		stream.requestBody(bytes("a"), true, this.decisions::add);
		stream.responseHeaders(true, this.decisions::add);
		stream.end();
		assertThat(this.services.lines).containsExactly(BAD_ARGUMENT, OK, NOT_FOUND, BAD_ARGUMENT);
	}

	private static WatGuest guest() {
		return new WatGuest().with("(data (i32.const 32) \":path\")")
			.function("env.proxy_add_header_map_value", "$add", "(param i32 i32 i32 i32 i32) (result i32)")
			.function("env.proxy_get_header_map_value", "$get", "(param i32 i32 i32 i32 i32) (result i32)")
			.function("env.proxy_get_header_map_size", "$size", "(param i32 i32) (result i32)")
			.function("env.proxy_get_property", "$property", "(param i32 i32 i32 i32) (result i32)")
			.function("env.proxy_set_effective_context", "$effective", "(param i32) (result i32)")
			.function("env.proxy_continue_stream", "$continue", "(param i32) (result i32)")
			.function("env.proxy_send_local_response", "$respond",
					"(param i32 i32 i32 i32 i32 i32 i32 i32) (result i32)");
	}

}
