package io.gatewaywasm.boot.gateway;

import java.io.IOException;
import java.util.List;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.boot.fixture.SmallFilters;
import io.gatewaywasm.boot.fixture.WireClient;
import io.gatewaywasm.boot.fixture.WireMessage;
import io.gatewaywasm.boot.fixture.WireUpstream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for request trailers in HTTP/1.1.
 */
@Tag("slow")
@Timeout(180)
class RequestTrailersIntegrationTests {

	private static final String MODULE = """
			(module
				(import "env" "proxy_add_header_map_value"
					(func $add (param i32 i32 i32 i32 i32) (result i32)))
				(import "env" "proxy_send_local_response"
					(func $reply (param i32 i32 i32 i32 i32 i32 i32 i32) (result i32)))
				(memory (export "memory") 1)
				(data (i32.const 0) "x-wat")
				(func (export "malloc") (param i32) (result i32) (i32.const 1024))
				(func (export "proxy_abi_version_0_2_1"))
				(func (export "proxy_on_context_create") (param i32 i32))
				(func (export "proxy_on_request_trailers") (param i32 i32) (result i32)
					(drop %s)
					(i32.const 0)))
			""";

	private static final String ADD = MODULE
		.formatted("(call $add (i32.const 1) (i32.const 0) (i32.const 5) (i32.const 0) (i32.const 5))");

	private static final String REFUSE = MODULE
		.formatted("(call $reply (i32.const 403) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 5)"
				+ " (i32.const 0) (i32.const 0) (i32.const -1))");

	private static WireUpstream upstream;

	private static GatewayFixture gateway;

	@BeforeAll
	static void start() {
		upstream = new WireUpstream();
		gateway = GatewayFixture.builder()
			.property("gateway.wasm.plugins.add.url", SmallFilters.file(ADD))
			.property("gateway.wasm.plugins.refuse.url", SmallFilters.file(REFUSE))
			.plugin("body", "body_rust")
			.plugin("looks", "body_rust", "body-access", "read-only")
			.plugin("hello", "hello_world")
			.routeTo("add", upstream.uri(), "Wasm=add")
			.routeTo("twice", upstream.uri(), "Wasm=add", "Wasm=body", "Wasm=add")
			.routeTo("refuse", upstream.uri(), "Wasm=refuse")
			.routeTo("body", upstream.uri(), "Wasm=body")
			.routeTo("looks", upstream.uri(), "Wasm=looks")
			.routeTo("hello", upstream.uri(), "Wasm=hello")
			.routeTo("retry", upstream.uri())
			.filter(1, "Retry", "retries", "2", "methods", "POST", "backoff.firstBackoff", "10ms")
			.filter(2, "Wasm", "plugin", "add")
			.start();
	}

	@AfterAll
	static void stop() throws IOException {
		gateway.close();
		upstream.close();
	}

	@BeforeEach
	void forget() {
		upstream.forget();
	}

	@ParameterizedTest
	@ValueSource(strings = { "hello", "body", "looks" })
	void trailersOfClientReachUpstream(String route) {
		WireMessage response = chunked(route, "x-t: 1\r\nX-T: 2\r\n");
		assertThat(response.status()).isEqualTo(200);
		assertThat(upstream.lastRequest().body()).isEqualTo("hello");
		assertThat(upstream.lastRequest().trailers()).containsExactly("x-t: 1", "X-T: 2");
	}

	@Test
	void moduleWithoutBodyCallbacksChangesTrailers() {
		chunked("add", "x-t: 1\r\n");
		assertThat(upstream.lastRequest().trailers()).containsExactly("x-t: 1", "x-wat: x-wat");
	}

	@Test
	void requestWithoutTrailersHasNoCallback() {
		assertThat(chunked("refuse", "").status()).isEqualTo(200);
		assertThat(upstream.lastRequest().trailers()).isEmpty();
	}

	@Test
	void trailersPassFiltersInOrder() {
		chunked("twice", "x-t: 1\r\n");
		assertThat(upstream.lastRequest().trailers()).containsExactly("x-t: 1", "x-wat: x-wat", "x-wat: x-wat");
	}

	@Test
	void replyFromTrailersRefusesTheRequest() {
		WireMessage response = chunked("refuse", "x-t: 1\r\n");
		assertThat(response.status()).isEqualTo(403);
		assertThat(response.body()).isEqualTo("x-wat");
	}

	@Test
	void eachAttemptOfRetryBeginsWithTheTrailersOfClient() {
		assertThat(
				send("POST /retry/status/503 HTTP/1.1\nTransfer-Encoding: chunked", "5\r\nhello\r\n0\r\nx-t: 1\r\n\r\n")
					.status())
			.isEqualTo(503);
		assertThat(upstream.requests()).hasSize(3)
			.allSatisfy((request) -> assertThat(request.trailers()).containsExactly("x-t: 1", "x-wat: x-wat"));
	}

	@Test
	void requestsOnOneConnectionHaveTheirOwnTrailers() throws IOException {
		try (WireClient client = new WireClient(gateway)) {
			String lines = "POST /add/echo HTTP/1.1\nTransfer-Encoding: chunked";
			// All requests are sent at once, so that the later ones wait for the first.
			client.send(lines, "1\r\na\r\n0\r\nx-t: 1\r\n\r\n")
				.send("POST /add/echo HTTP/1.1\nContent-Length: 1", "b")
				.send(lines, "1\r\nc\r\n0\r\n\r\n")
				.send(lines, "1\r\nd\r\n0\r\nx-t: 2\r\n\r\n");
			for (String body : List.of("a", "b", "c", "d")) {
				assertThat(client.receive().body()).isEqualTo(body);
			}
		}
		assertThat(upstream.requests()).extracting(WireMessage::trailers)
			.containsExactly(List.of("x-t: 1", "x-wat: x-wat"), List.of(), List.of(),
					List.of("x-t: 2", "x-wat: x-wat"));
	}

	@Test
	void trailersThatAnUpstreamCouldTakeForHeadersAreLeftOut() {
		chunked("hello", "Authorization: a\r\nHost: evil\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n"
				+ "Cookie: a=b\r\nConnection: close\r\nx-t: 1\r\n");
		assertThat(upstream.lastRequest().trailers()).containsExactly("x-t: 1");
	}

	@Test
	void trailersThatAreTooLargeAreRefused() throws IOException {
		try (WireClient client = new WireClient(gateway)) {
			client.send("POST /hello/echo HTTP/1.1\nTransfer-Encoding: chunked",
					"5\r\nhello\r\n0\r\nx-t: " + "a".repeat(100_000) + "\r\n\r\n");
			assertThat(client.receive().status()).isGreaterThanOrEqualTo(400);
		}
		assertThat(upstream.requests()).isEmpty();
	}

	private static WireMessage chunked(String route, String trailers) {
		return send("POST /" + route + "/echo HTTP/1.1\nTransfer-Encoding: chunked",
				"5\r\nhello\r\n0\r\n" + trailers + "\r\n");
	}

	private static WireMessage send(String lines, String body) {
		return WireClient.exchange(gateway, lines, body);
	}

}
