package io.gatewaywasm.boot.gateway;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.gatewaywasm.boot.fixture.ChatUpstream;
import io.gatewaywasm.boot.fixture.EventClient;
import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.boot.fixture.SmallFilters;
import io.gatewaywasm.boot.fixture.WireClient;
import io.gatewaywasm.boot.fixture.WireMessage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Integration tests for filters that inject bytes into responses.
 */
@Timeout(180)
class InjectionIntegrationTests {

	private static final int FLOOD = 65536;

	private static ChatUpstream upstream;

	private static GatewayFixture gateway;

	/** Keeps the stream of the last response and acts on it at each tick. */
	private static String ticking(int headers, String tick) {
		return guest("""
				(func (export "proxy_on_configure") (param i32 i32) (result i32)
					(drop (call $tick (i32.const 5))) (i32.const 1))
				(func (export "proxy_on_response_headers") (param i32 i32 i32) (result i32)
					(global.set $stream (local.get 0)) (global.set $n (i32.const 0)) (i32.const %d))
				(func (export "proxy_on_response_body") (param i32 i32 i32) (result i32) (i32.const 3))
				(func (export "proxy_on_delete") (param i32)
					(if (i32.eq (global.get $stream) (local.get 0)) (then (global.set $stream (i32.const 0)))))
				(func (export "proxy_on_tick") (param i32)
					(if (global.get $stream) (then
						(drop (call $effective (global.get $stream)))
						%s)))
				""".formatted(headers, tick));
	}

	private static String guest(String functions) {
		return """
				(module
					(import "env" "proxy_inject_encoded_data_to_filter_chain"
						(func $inject (param i32 i32 i32) (result i32)))
					(import "env" "proxy_call_foreign_function"
						(func $foreign (param i32 i32 i32 i32 i32 i32) (result i32)))
					(import "env" "proxy_set_effective_context" (func $effective (param i32) (result i32)))
					(import "env" "proxy_set_tick_period_milliseconds" (func $tick (param i32) (result i32)))
					(memory (export "memory") 4)
					(data (i32.const 0) "event\\n")
					(data (i32.const 16) "inject_encoded_data_to_filter_chain_on_header")
					(data (i32.const 64) "\\0a\\05made!\\10\\01")
					(global $stream (mut i32) (i32.const 0))
					(global $n (mut i32) (i32.const 0))
					(func (export "malloc") (param i32) (result i32) (i32.const 1024))
					(func (export "proxy_abi_version_0_2_100"))
					(func (export "proxy_on_context_create") (param i32 i32))
					%s)
				""".formatted(functions);
	}

	@BeforeAll
	static void start() {
		upstream = new ChatUpstream();
		String events = """
				(global.set $n (i32.add (global.get $n) (i32.const 1)))
				(drop (call $inject (i32.const 0) (i32.const 6) (i32.eq (global.get $n) (i32.const 4))))
				(if (i32.eq (global.get $n) (i32.const 4)) (then (global.set $stream (i32.const 0))))
				""";
		String flood = """
				(if (i32.ge_s (global.get $n) (i32.const 0))
					(then (if (i32.eqz (call $inject (i32.const 1024) (i32.const %d) (i32.const 0)))
						(then (global.set $n (i32.add (global.get $n) (i32.const 1))))
						(else (global.set $n (i32.sub (i32.const -1) (global.get $n))))))
					(else (i32.store (i32.const 96) (i32.sub (i32.const -1) (global.get $n)))
						(drop (call $inject (i32.const 96) (i32.const 4) (i32.const 1)))))
				""".formatted(FLOOD);
		String making = """
				(func (export "proxy_on_response_headers") (param i32 i32 i32) (result i32)
					(call $foreign (i32.const 16) (i32.const 45) (i32.const 64) (i32.const 9) (i32.const 0) (i32.const 0)))
				""";
		gateway = GatewayFixture.builder()
			.withoutConnectionPool()
			.plugin("body", "body_rust")
			.property("gateway.wasm.plugins.paused.url", SmallFilters.file(ticking(1, events)))
			.property("gateway.wasm.plugins.paused.vms", "1")
			.property("gateway.wasm.plugins.dropping.url", SmallFilters.file(ticking(0, events)))
			.property("gateway.wasm.plugins.dropping.vms", "1")
			.property("gateway.wasm.plugins.flood.url", SmallFilters.file(ticking(1, flood)))
			.property("gateway.wasm.plugins.flood.vms", "1")
			.property("gateway.wasm.plugins.making.url", SmallFilters.file(guest(making)))
			.routeTo("paused", upstream.uri(), "Wasm=paused")
			.routeTo("dropping", upstream.uri(), "Wasm=dropping")
			.routeTo("through", upstream.uri(), "Wasm=body", "Wasm=dropping")
			.routeTo("flood", upstream.uri(), "Wasm=flood")
			.routeTo("making", upstream.uri(), "Wasm=making")
			.start();
	}

	@AfterAll
	static void stop() throws IOException {
		if (gateway != null) {
			gateway.close();
		}
		upstream.close();
	}

	private static WireMessage making(String method, String text) throws Exception {
		try (WireClient client = new WireClient(gateway)) {
			String path = "/" + UUID.randomUUID();
			client.send(method + " /making" + path + " HTTP/1.1", "");
			ChatUpstream.Answer answer = upstream.next(path)
				.raw(text.replaceFirst("\r\n", "\r\nConnection: close\r\n"));
			WireMessage response = method.equals("HEAD") ? client.receiveHead() : client.receive();
			// Until then, Reactor Netty could send the next request on this connection.
			answer.awaitClose();
			return response;
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "paused", "dropping" })
	void injectedEventsReachTheClientWhileTheResponseIsPaused(String route) throws Exception {
		try (EventClient client = new EventClient(gateway, "/" + route + "/x")) {
			ChatUpstream.Answer answer = upstream.next().stream();
			assertThat(client.line()).isEqualTo("event");
			answer.send("never\n");
			assertThat(client.rest()).isEqualTo("event\nevent\nevent\n");
			answer.awaitClose();
		}
	}

	@Test
	void injectedBytesGoThroughTheFiltersInFront() throws Exception {
		try (EventClient client = new EventClient(gateway, "/through/x", "x-body-resp: upper")) {
			upstream.next().stream();
			assertThat(client.line()).isEqualTo("EVENT");
			assertThat(client.rest()).isEqualTo("EVENT\nEVENT\nEVENT\n");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "paused", "dropping", "through" })
	void smallBodyOfKnownLengthDoesNotHoldInjectedBytesBack(String route) throws Exception {
		try (EventClient client = new EventClient(gateway, "/" + route + "/x")) {
			ChatUpstream.Answer answer = upstream.next();
			answer.raw("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345");
			assertThat(client.line()).isEqualTo("event");
			assertThat(client.rest()).isEqualTo("event\nevent\nevent\n");
			assertThat(client.head()).containsIgnoringCase("transfer-encoding: chunked")
				.doesNotContainIgnoringCase("content-length");
			answer.awaitClose();
		}
	}

	@Test
	void clientThatDoesNotReadMakesInjectionsFailAndGetsAllThatWereAccepted() throws Exception {
		ListAppender<ILoggingEvent> log = new ListAppender<>();
		Logger logger = (Logger) LoggerFactory.getLogger("io.gatewaywasm.host.vm.hostcall.StreamControl");
		log.start();
		logger.addAppender(log);
		try (WireClient client = new WireClient(gateway)) {
			client.send("GET /flood/x HTTP/1.1", "");
			upstream.next().stream();
			await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(log.list).isNotEmpty());
			assertThat(log.list.get(0).getFormattedMessage()).contains("'flood' could not inject 65536 bytes",
					"limits.body-buffer", "INTERNAL_FAILURE");
			byte[] body = client.receive().bytes();
			int accepted = ByteBuffer.wrap(body, body.length - 4, 4).order(ByteOrder.LITTLE_ENDIAN).getInt();
			assertThat(accepted).isPositive();
			assertThat(body).hasSize(accepted * FLOOD + 4);
		}
		finally {
			logger.detachAppender(log);
		}
	}

	@Test
	void clientThatGoesAwayEndsTheStream() throws Exception {
		ChatUpstream.Answer answer;
		try (EventClient client = new EventClient(gateway, "/flood/x")) {
			answer = upstream.next().stream();
			client.head();
		}
		answer.awaitClose();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			HTTP/1.1 200 OK~Content-Length: 0~~
			HTTP/1.1 404 Not Found~Content-Length: 3~~abc
			HTTP/1.1 200 OK~Transfer-Encoding: chunked~~3~abc~0~~
			HTTP/1.1 200 OK~Transfer-Encoding: chunked~~3~abc~
			""")
	void responseGetsABodyInItsHeadersCallback(String answer) throws Exception {
		WireMessage response = making("GET", answer.replace("~", "\r\n"));
		assertThat(new String(response.bytes(), StandardCharsets.UTF_8)).isEqualTo("made!");
		assertThat(response.values("content-length")).containsExactly("5");
		assertThat(response.startLine()).startsWith(answer.substring(0, 12));
	}

	@ParameterizedTest
	@CsvSource({ "HEAD, 200", "GET, 204", "GET, 304" })
	void responseThatMayHaveNoBodyGetsNone(String method, int status) throws Exception {
		WireMessage response = making(method, "HTTP/1.1 " + status + " X\r\n\r\n");
		assertThat(response.startLine()).contains(" " + status + " ");
		assertThat(response.bytes()).isEmpty();
	}

}
