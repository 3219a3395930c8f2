package io.gatewaywasm.boot.gateway;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

import io.gatewaywasm.boot.fixture.ChatUpstream;
import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.boot.fixture.HeaderGuest;
import io.gatewaywasm.boot.fixture.WireClient;
import io.gatewaywasm.boot.fixture.WireMessage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Integration tests for responses that are written in unusual ways.
 */
@Timeout(180)
@Tag("slow")
class ResponseKindsIntegrationTests {

	private static final String RESPONSE = "add:x-wasm=seen,get::status,eos";

	private static final ChatUpstream undecodable = new ChatUpstream();

	private static GatewayFixture gateway;

	@BeforeAll
	static void start() {
		gateway = GatewayFixture.builder()
			.source(FailingApplication.class)
			.plugin("hello", "hello_world")
			.plugin("probe", "probe_rust")
			.property("gateway.wasm.plugins.reply-100.url", HeaderGuest.create().replyOnResponse(100, "answer").file())
			.property("gateway.wasm.plugins.reply-403.url", HeaderGuest.create().replyOnResponse(403, "answer").file())
			.property("gateway.wasm.plugins.replace.url", HeaderGuest.create().replaceResponseBody("replaced").file())
			.property("gateway.wasm.plugins.added.url",
					HeaderGuest.create().addOnResponse("x-own", "1").replyOnResponse(403, "answer").file())
			.route("added", "AddResponseHeader=X-Gateway, yes", "Wasm=added", "Wasm=probe")
			.routeTo("error-page", "http://localhost:1", "Wasm=reply-403")
			.routeTo("error-body", "http://localhost:1", "Wasm=replace")
			.routeTo("undecodable", undecodable.uri(), "Wasm=replace")
			.property("spring.cloud.gateway.server.webflux.globalcors.cors-configurations.[/configured/**]"
					+ ".allowed-origins", "http://app.example")
			.route("configured", "Wasm=probe")
			.route("plain")
			.route("reply-100", "Wasm=reply-100")
			.route("reply-403", "Wasm=reply-403")
			.route("hello", "Wasm=hello")
			.route("probe", "Wasm=probe")
			.route("redirect", "Wasm=probe", "RedirectTo=302, https://example.org/")
			.route("status", "Wasm=probe", "SetStatus=418")
			.routeTo("refused", "http://localhost:1", "Wasm=probe")
			.routeTo("no-instance", "lb://unlisted", "Wasm=probe")
			.routeTo("lost", "forward:/stripped/nowhere", "Wasm=probe")
			.property("spring.cloud.gateway.server.webflux.loadbalancer.use404", "true")
			.route("slow", "Wasm=probe")
			.property("spring.cloud.gateway.server.webflux.httpclient.response-timeout", "2s")
			.start();
	}

	@AfterAll
	static void stop() throws IOException {
		gateway.close();
		undecodable.close();
	}

	@AfterEach
	void streamsHaveEnded() {
		await().atMost(Duration.ofSeconds(30)).until(() -> gateway.status("probe").counters().activeStreams() == 0);
	}

	@Test
	void headIsEndOfStream() {
		HttpResponse<String> response = gateway.send("HEAD", "/probe/length/100", null, "x-probe-resp", RESPONSE);
		assertThat(response.headers().firstValue("x-wasm")).hasValue("seen");
		assertThat(response.headers().firstValue("x-eos")).hasValue("true");
		assertThat(response.headers().firstValue("content-length")).hasValue("100");
	}

	@Test
	void statusWithoutBodyIsEndOfStream() {
		for (int status : new int[] { 204, 304 }) {
			HttpResponse<String> response = gateway.get("/probe/status/" + status, "x-probe-resp", RESPONSE);
			assertThat(response.statusCode()).isEqualTo(status);
			assertThat(response.headers().firstValue("x-get")).hasValue(":status=" + status);
			assertThat(response.headers().firstValue("x-eos")).hasValue("true");
		}
	}

	@Test
	void redirectOfGatewayPassesFilter() {
		HttpResponse<String> response = gateway.get("/redirect/x", "x-probe-resp", RESPONSE);
		assertThat(response.statusCode()).isEqualTo(302);
		assertThat(response.headers().firstValue("x-wasm")).hasValue("seen");
	}

	@Test
	void refusedConnectionPassesFilter() {
		HttpResponse<String> response = gateway.get("/refused/x", "x-probe-resp", RESPONSE);
		assertThat(response.statusCode()).isEqualTo(500);
		assertThat(response.headers().firstValue("x-wasm")).hasValue("seen");
		assertThat(response.headers().firstValue("x-get")).hasValue(":status=500");
		assertThat(response.body()).contains("Internal Server Error");
	}

	@Test
	void statusOfErrorCanBeChanged() {
		HttpResponse<String> response = gateway.get("/refused/x", "x-probe-resp", "status:502");
		assertThat(response.statusCode()).isEqualTo(502);
	}

	@Test
	void replyToAnErrorIsSentWithItsBody() {
		HttpResponse<String> response = gateway.get("/error-page/x");
		assertThat(response.statusCode()).isEqualTo(403);
		assertThat(response.body()).isEqualTo("answer");
	}

	@Test
	void headersAddedBeforeALocalResponseAreNotInIt() {
		HttpResponse<String> response = gateway.get("/added/x", "x-probe-resp", "add:x-inner=1");
		assertThat(response.statusCode()).isEqualTo(403);
		assertThat(response.body()).isEqualTo("answer");
		assertThat(response.headers().firstValue("x-own")).isEmpty();
		assertThat(response.headers().firstValue("x-inner")).isEmpty();
		assertThat(response.headers().firstValue("x-gateway")).hasValue("yes");
	}

	@ParameterizedTest
	@ValueSource(strings = { "set:x-gateway=guest", "add:x-gateway=guest", "remove:x-gateway",
			"remove:X-Gateway,add:X-GATEWAY=guest", "set:X-Gateway=guest,remove:x-gateway" })
	void headerOfTheGatewayThatAFilterChangedIsInALocalResponse(String commands) {
		HttpResponse<String> response = gateway.get("/added/x", "x-probe-resp", commands);
		assertThat(response.statusCode()).isEqualTo(403);
		assertThat(response.headers().allValues("x-gateway")).containsExactly("yes");
	}

	@Test
	void bodyOfAnErrorPassesFilter() {
		HttpResponse<String> response = gateway.get("/error-body/x");
		assertThat(response.statusCode()).isEqualTo(500);
		assertThat(response.body()).isEqualTo("replaced");
		assertThat(response.headers().firstValue("content-length")).hasValue("8");
	}

	@ParameterizedTest
	@ValueSource(strings = { "nonsense~~", "HTTP/x 200 OK~Content-Length: 0~~", "HTTP/1.1 abc OK~Content-Length: 0~~",
			"HTTP/1.1 200 OK~Content-Length: five~~", "HTTP/1.1 200 OK~Content-Length: 1~Content-Length: 2~~",
			"HTTP/1.1 200 OK~X-Large: LARGE~~", "HTTP/1.1 200 LARGE~Content-Length: 0~~" })
	void errorBodyForAResponseThatNettyCannotDecodePassesTheFilter(String answer) throws Exception {
		try (WireClient client = new WireClient(gateway)) {
			String path = "/" + UUID.randomUUID();
			client.send("GET /undecodable" + path + " HTTP/1.1", "");
			undecodable.next(path)
				.raw(answer.replace("LARGE", "a".repeat(20_000))
					.replaceFirst("~", "~Connection: close~")
					.replace("~", "\r\n"));
			WireMessage response = client.receive();
			assertThat(response.startLine()).contains(" 500 ");
			assertThat(new String(response.bytes(), StandardCharsets.UTF_8)).isEqualTo("replaced");
		}
	}

	@Test
	void filtersChangeTheResponseToAnErrorThatLeavesTheChain() {
		HttpResponse<String> response = gateway.get("/probe/fails-in-the-application", "x-probe-resp", RESPONSE);
		assertThat(response.statusCode()).isEqualTo(500);
		assertThat(response.headers().firstValue("x-wasm")).hasValue("seen");
	}

	@Test
	void errorPageForABrokenBodyHasNoHeadersOfTheUpstream() throws Exception {
		try (WireClient client = new WireClient(gateway)) {
			String path = "/" + UUID.randomUUID();
			client.send("GET /undecodable" + path + " HTTP/1.1", "");
			undecodable.next(path).raw("""
					HTTP/1.1 200 OK
					Content-Length: 5000
					Content-Encoding: gzip
					Cache-Control: public, max-age=3600
					Set-Cookie: secret=1

					begin""".replace("\n", "\r\n")).cut();
			WireMessage response = client.receive();
			assertThat(response.startLine()).contains(" 500 ");
			assertThat(response.headers())
				.noneMatch((line) -> line.toLowerCase().matches("(content-encoding|cache-control|set-cookie):.*"));
		}
	}

	@Test
	void preflightReachesFiltersAndUpstream() {
		HttpResponse<String> response = preflight("/probe/x", "x-probe", "add:x-seen=yes", "x-probe-resp",
				"add:access-control-allow-origin=*");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue("access-control-allow-origin")).hasValue("*");
		assertThat(gateway.upstream().lastRequest().method()).isEqualTo("OPTIONS");
		assertThat(gateway.upstream().lastRequest().header("x-seen")).isEqualTo("yes");
		assertThat(preflight("/probe/x", "x-probe", "local:418").statusCode()).isEqualTo(418);
		assertThat(preflight("/refused/x", "x-probe-resp", "add:x-wasm=seen").headers().firstValue("x-wasm"))
			.hasValue("seen");
	}

	@Test
	void preflightThatTheApplicationIsConfiguredForIsAnsweredByIt() {
		gateway.get("/probe/before");
		HttpResponse<String> response = preflight("/configured/x", "x-probe", "local:418");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.headers().firstValue("access-control-allow-origin")).hasValue("http://app.example");
		assertThat(preflight("/plain/x").headers().firstValue("access-control-allow-origin")).isEmpty();
		assertThat(gateway.upstream().lastRequest().uri()).isEqualTo("/before");
	}

	private static HttpResponse<String> preflight(String path, String... headers) {
		List<String> all = new ArrayList<>(
				List.of("Origin", "http://app.example", "Access-Control-Request-Method", "GET"));
		all.addAll(List.of(headers));
		return gateway.send("OPTIONS", path, null, all.toArray(String[]::new));
	}

	@Test
	void timeoutOfGatewayPassesFilter() {
		HttpResponse<String> response = gateway.get("/slow/delay/10000", "x-probe-resp", RESPONSE);
		assertThat(response.statusCode()).isEqualTo(504);
		assertThat(response.headers().firstValue("x-wasm")).hasValue("seen");
	}

	@ParameterizedTest
	@ValueSource(strings = { "no-instance", "lost" })
	void notFoundOfGatewayPassesFilter(String route) {
		HttpResponse<String> response = gateway.get("/" + route + "/x", "x-probe-resp", RESPONSE);
		assertThat(response.statusCode()).isEqualTo(404);
		assertThat(response.headers().firstValue("x-wasm")).hasValue("seen");
		assertThat(response.headers().firstValue("x-get")).hasValue(":status=404");
		assertThat(response.body()).contains("Not Found");
	}

	@Test
	void unknownPathIsNotOurs() {
		assertThat(gateway.get("/nowhere").statusCode()).isEqualTo(404);
	}

	@Test
	void eventsArriveWhileUpstreamIsStillSending() throws Exception {
		HttpRequest request = HttpRequest.newBuilder(gateway.uri("/probe/sse"))
			.header("x-probe-resp", RESPONSE)
			.build();
		HttpResponse<InputStream> response = gateway.client().send(request, BodyHandlers.ofInputStream());
		assertThat(response.headers().firstValue("x-wasm")).hasValue("seen");
		try (BufferedReader reader = new BufferedReader(
				new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
			assertThat(reader.readLine()).isEqualTo("data: 0");
			gateway.upstream().sendLastEvents();
			assertThat(reader.lines().filter((line) -> line.startsWith("data"))).hasSize(2);
		}
	}

	@Test
	void webSocketPassesFilter() throws Exception {
		CompletableFuture<String> received = new CompletableFuture<>();
		WebSocket socket = gateway.client()
			.newWebSocketBuilder()
			.buildAsync(URI.create("ws://localhost:" + gateway.port() + "/hello/ws"), new WebSocket.Listener() {

				@Override
				public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
					received.complete(data.toString());
					return null;
				}

			})
			.get(60, TimeUnit.SECONDS);
		socket.sendText("hi", true);
		assertThat(received.get(60, TimeUnit.SECONDS)).isEqualTo("echo hi");
		await().atMost(Duration.ofSeconds(30)).until(() -> gateway.status("hello").counters().activeStreams() == 1);
		socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get(60, TimeUnit.SECONDS);
		await().atMost(Duration.ofSeconds(30)).until(() -> gateway.status("hello").counters().activeStreams() == 0);
	}

	@Test
	void replyToWebSocketIsRefusal() {
		CompletableFuture<WebSocket> socket = gateway.client()
			.newWebSocketBuilder()
			.header("x-probe", "local:403")
			.buildAsync(URI.create("ws://localhost:" + gateway.port() + "/probe/ws"), new WebSocket.Listener() {
			});
		org.assertj.core.api.Assertions.assertThatThrownBy(() -> socket.get(60, TimeUnit.SECONDS))
			.cause()
			.isInstanceOfSatisfying(java.net.http.WebSocketHandshakeException.class,
					(ex) -> assertThat(ex.getResponse().statusCode()).isEqualTo(403));
	}

	@ParameterizedTest
	@CsvSource({ "reply-100, 500", "reply-403, 403" })
	void replyToTheResponseOfAHandshakeIsSentAsItIs(String route, int status) throws IOException {
		WireMessage response = WireClient.exchange(gateway,
				"GET /" + route + "/ws HTTP/1.1\nConnection: Upgrade\n"
						+ "Upgrade: websocket\nSec-WebSocket-Version: 13\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
				"");
		assertThat(response.status()).isEqualTo(status);
		assertThat(response.body()).isEqualTo("answer");
		assertThat(response.values("content-type")).containsExactly("text/plain");
		assertThat(response.values("connection")).containsExactly("close");
	}

	@Test
	void refusedWebSocketIsOverThoughItsConnectionStays() throws IOException {
		try (Socket socket = new Socket("localhost", gateway.port())) {
			socket.setSoTimeout(60_000);
			socket.getOutputStream()
				.write(("GET /probe/ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
						+ "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
						+ "x-probe: local:403\r\n\r\n")
					.getBytes(StandardCharsets.US_ASCII));
			byte[] answer = new byte["HTTP/1.1 403".length()];
			assertThat(socket.getInputStream().readNBytes(answer, 0, answer.length)).isEqualTo(answer.length);
			assertThat(new String(answer, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 403");
			streamsHaveEnded();
		}
	}

	@Test
	void framingAndKeepAliveAreUntouched() throws IOException {
		try (Socket socket = new Socket("localhost", gateway.port())) {
			for (String path : new String[] { "/hello/text/hello", "/hello/chunks/5", "/hello/text/again" }) {
				String head = exchange(socket, path);
				assertThat(head).doesNotContainIgnoringCase("connection: close");
				assertThat(head).containsIgnoringCase(path.contains("text") ? "content-length: 5" : "chunked");
			}
		}
	}

	@Test
	void clientThatGoesAwayEndsStream() throws IOException {
		try (Socket socket = new Socket("localhost", gateway.port())) {
			socket.getOutputStream()
				.write("GET /hello/delay/600000 HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
			await().atMost(Duration.ofSeconds(30)).until(() -> gateway.status("hello").counters().activeStreams() == 1);
		}
		await().atMost(Duration.ofSeconds(30)).until(() -> gateway.status("hello").counters().activeStreams() == 0);
	}

	/** Sends a request and reads a short response. */
	private static String exchange(Socket socket, String path) throws IOException {
		socket.getOutputStream()
			.write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
		StringBuilder answer = new StringBuilder();
		while (!isComplete(answer)) {
			int octet = socket.getInputStream().read();
			assertThat(octet).as("end of stream after: %s", answer).isNotNegative();
			answer.append((char) octet);
		}
		return answer.toString();
	}

	private static boolean isComplete(StringBuilder answer) {
		int end = answer.indexOf("\r\n\r\n");
		if (end < 0) {
			return false;
		}
		boolean chunked = answer.toString().toLowerCase().contains("chunked");
		return chunked ? answer.indexOf("\r\n0\r\n\r\n") > 0 : answer.length() == end + 4 + 5;
	}

	@Configuration(proxyBeanMethods = false)
	static class FailingApplication {

		@Bean
		GlobalFilter failing() {
			return (exchange, chain) -> exchange.getRequest().getURI().getPath().contains("fails-in-the-application")
					? Mono.error(new IllegalStateException("The application fails")) : chain.filter(exchange);
		}

	}

}
