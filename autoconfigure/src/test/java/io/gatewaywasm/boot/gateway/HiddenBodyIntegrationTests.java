package io.gatewaywasm.boot.gateway;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.boot.fixture.HeaderGuest;
import io.gatewaywasm.boot.fixture.WireClient;
import io.gatewaywasm.boot.fixture.WireMessage;
import io.gatewaywasm.boot.fixture.WireUpstream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import org.springframework.cloud.gateway.filter.OrderedGatewayFilter;
import org.springframework.cloud.gateway.filter.factory.rewrite.ModifyRequestBodyGatewayFilterFactory;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.cloud.gateway.route.builder.RouteLocatorBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Integration tests for the rule that a filter with a body callback sees every body that
 * is forwarded, even if the client or other filters try to hide it. The guard responds
 * with 403 to each body that it sees.
 */
@Tag("slow")
@Timeout(180)
class HiddenBodyIntegrationTests {

	private static final String HANDSHAKE = """
			Connection: Upgrade
			Upgrade: websocket
			Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
			Sec-WebSocket-Version: 13
			""";

	@TempDir
	private static Path files;

	private static WireUpstream upstream;

	private static GatewayFixture gateway;

	@BeforeAll
	static void start() {
		upstream = new WireUpstream();
		String wire = upstream.uri();
		gateway = GatewayFixture.builder()
			.source(Handlers.class)
			.property("spring.cloud.gateway.server.webflux.global-filter.websocket-routing.enabled", "false")
			.property("gateway.wasm.plugins.guard.url", HeaderGuest.create().denyBody().file())
			.property("gateway.wasm.plugins.shown.url", HeaderGuest.create().showEndOfStream("x-end").file())
			.property("gateway.wasm.plugins.no-length.url",
					HeaderGuest.create().remove("content-length").remove("transfer-encoding").file())
			.property("gateway.wasm.plugins.zero.url",
					HeaderGuest.create().set("content-length", "0").set("upgrade", "websocket").file())
			.property("gateway.wasm.plugins.get.url", HeaderGuest.create().set(":method", "GET").file())
			.property("gateway.wasm.plugins.guard-responses.url", HeaderGuest.create().denyResponseBody().file())
			.property("gateway.wasm.plugins.ok.url", HeaderGuest.create().setOnResponse(":status", "200").file())
			.property("gateway.wasm.plugins.reply-100.url", HeaderGuest.create().replyOnResponse(100, "answer").file())
			.property("gateway.wasm.plugins.reply-403.url", HeaderGuest.create().replyOnResponse(403, "answer").file())
			.routeTo("responses", wire, "Wasm=guard-responses")
			.routeTo("status-by-guest", wire, "Wasm=guard-responses", "Wasm=ok")
			.routeTo("set-204", wire, "Wasm=guard-responses", "Wasm=ok", "SetStatus=204")
			.routeTo("set-304", wire, "Wasm=guard-responses", "Wasm=ok", "SetStatus=304")
			.routeTo("set-205", wire, "Wasm=guard-responses", "Wasm=ok", "SetStatus=205")
			.routeTo("set-200", wire, "Wasm=guard-responses", "Wasm=ok", "SetStatus=200")
			.routeTo("only-set-204", wire, "Wasm=guard-responses", "SetStatus=204")
			.routeTo("reply-100", wire, "Wasm=reply-100")
			.routeTo("reply-403", wire, "Wasm=reply-403")
			.property("gateway.wasm.plugins.user.url", HeaderGuest.create().set("x-user", "known").file())
			.routeTo("user", wire, "Wasm=user")
			.routeTo("http", wire, "Wasm=guard")
			.routeTo("end", wire, "Wasm=shown")
			.routeTo("forward", "forward:/stripped/local", "Wasm=guard")
			.property("spring.webflux.multipart.file-storage-directory", files.toString())
			.routeTo("form", "forward:/stripped/form", "Wasm=guard")
			.routeTo("form-shown", "forward:/stripped/form", "Wasm=shown")
			.routeTo("parts", "forward:/stripped/parts", "Wasm=guard")
			.routeTo("parts-shown", "forward:/stripped/parts", "Wasm=shown")
			.routeTo("upgrade-removed", wire, "Wasm=guard", "RemoveRequestHeader=Upgrade")
			.routeTo("length-removed", wire, "RemoveRequestHeader=Content-Length", "Wasm=guard")
			.routeTo("both-removed", wire, "RemoveRequestHeader=Content-Length",
					"RemoveRequestHeader=Transfer-Encoding", "Wasm=guard")
			.routeTo("length-zero", wire, "SetRequestHeader=Content-Length, 0", "Wasm=guard")
			.routeTo("removed-by-guest", wire, "Wasm=no-length", "Wasm=guard")
			.routeTo("zero-by-guest", wire, "Wasm=zero", "Wasm=guard")
			.routeTo("method-by-guest", wire, "Wasm=get", "Wasm=no-length", "Wasm=guard")
			.routeTo("cached", wire)
			.filter(1, "CacheRequestBody", "bodyClass", "java.lang.String")
			.filter(2, "RemoveRequestHeader", "name", "Content-Length")
			.filter(3, "Wasm", "plugin", "guard")
			.routeTo("modified", wire)
			.filter(1, "RemoveRequestHeader", "name", "Content-Length")
			.filter(2, "Wasm", "plugin", "guard")
			.filter(3, "RemoveRequestHeader", "name", "Transfer-Encoding")
			.routeTo("fallback", "http://localhost:1")
			.filter(1, "Wasm", "plugin", "guard")
			.filter(2, "CircuitBreaker", "name", "fallback", "fallbackUri", "forward:/local")
			.routeTo("fallback-form", "http://localhost:1")
			.filter(1, "Wasm", "plugin", "guard")
			.filter(2, "CircuitBreaker", "name", "fallback-form", "fallbackUri", "forward:/form")
			.routeTo("retry", wire)
			.filter(1, "Retry", "retries", "1", "methods", "GET,POST,PUT,DELETE")
			.filter(2, "Wasm", "plugin", "no-length")
			.filter(3, "Wasm", "plugin", "guard")
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
	@ValueSource(strings = { "http", "forward", "upgrade-removed", "length-removed", "both-removed", "length-zero",
			"removed-by-guest", "zero-by-guest", "method-by-guest", "cached", "modified", "retry", "fallback" })
	void bodyIsSeenOnEachRoute(String route) {
		assertDenied("POST /" + route + "/x HTTP/1.1\nContent-Length: 4", "evil");
		assertDenied("POST /" + route + "/x HTTP/1.1\nTransfer-Encoding: chunked", "4\r\nevil\r\n0\r\n\r\n");
		assertDenied("POST /" + route + "/x HTTP/1.1\nUpgrade: websocket\nContent-Length: 4", "evil");
		assertDenied("POST /" + route + "/x HTTP/1.1\n" + HANDSHAKE + "Content-Length: 4", "evil");
		assertDenied("GET /" + route + "/x HTTP/1.1\n" + HANDSHAKE + "Content-Length: 4", "evil");
		assertDenied("GET /" + route + "/x HTTP/1.1\n" + HANDSHAKE + "Transfer-Encoding: chunked",
				"4\r\nevil\r\n0\r\n\r\n");
	}

	@Test
	void bodyOfConnectThatIsForwardedIsSeen() {
		assertDenied("CONNECT /forward/x HTTP/1.1\nContent-Length: 4", "evil");
		assertDenied("CONNECT /forward/x HTTP/1.1\nTransfer-Encoding: chunked", "4\r\nevil\r\n0\r\n\r\n");
		assertDenied("CONNECT /forward/x HTTP/1.1\n" + HANDSHAKE + "Content-Length: 4", "evil");
	}

	@ParameterizedTest
	@ValueSource(strings = { "form", "fallback-form" })
	void formIsSeen(String route) {
		String lines = " /" + route + "/x HTTP/1.1\nContent-Type: application/x-www-form-urlencoded\n";
		assertDenied("POST" + lines + "Content-Length: 6", "evil=1");
		assertDenied("POST" + lines + "Transfer-Encoding: chunked", "6\r\nevil=1\r\n0\r\n\r\n");
		assertDenied("GET" + lines + "Transfer-Encoding: chunked", "6\r\nevil=1\r\n0\r\n\r\n");
		assertDenied("POST" + lines + "Content-Length: 70006", "evil=1" + "a".repeat(70_000));
	}

	@Test
	void partsOfAFormAreSeen() {
		String lines = " /parts/x HTTP/1.1\nContent-Type: multipart/form-data; boundary=b\n";
		String parts = parts("x");
		assertDenied("POST" + lines + "Content-Length: " + parts.length(), parts);
		assertDenied("POST" + lines + "Transfer-Encoding: chunked", chunked(parts));
		String large = parts("x".repeat(400_000));
		assertDenied("PUT" + lines + "Content-Length: " + large.length(), large);
	}

	@Test
	void formThatAFilterOnlyLooksAtReachesTheHandler() {
		String form = " /form-shown/x HTTP/1.1\nContent-Type: application/x-www-form-urlencoded\n";
		assertThat(WireClient.exchange(gateway, "POST" + form + "Transfer-Encoding: chunked", chunked("good=1")).body())
			.isEqualTo("{good=[1]}");
		String parts = " /parts-shown/x HTTP/1.1\nContent-Type: multipart/form-data; boundary=b\n";
		for (int length : new int[] { 1, 400_000 }) {
			assertThat(WireClient
				.exchange(gateway, "POST" + parts + "Transfer-Encoding: chunked", chunked(parts("x".repeat(length))))
				.body()).isEqualTo("[evil]");
		}
		await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(files).isEmptyDirectory());
	}

	private static String parts(String value) {
		return "--b\r\nContent-Disposition: form-data; name=\"evil\"; filename=\"f\"\r\n\r\n" + value + "\r\n--b--\r\n";
	}

	private static String chunked(String body) {
		return Integer.toHexString(body.length()) + "\r\n" + body + "\r\n0\r\n\r\n";
	}

	@ParameterizedTest
	@CsvSource({ "read-first, 'zz'", "read-first, '3;x\0=1'", "read-first, '\r\n'", "read-first, '0\r\nbad trailer: x'",
			"chosen-late, 'zz'", "chosen-late, '0\r\nbad trailer: x'" })
	void bodyThatIsMalformedBeforeARouteIsChosenIsNotSentAsWhole(String route, String rest) {
		WireMessage response = WireClient.exchange(gateway,
				"POST /" + route + "/x HTTP/1.1\nTransfer-Encoding: chunked", "5\r\nhello\r\n" + rest + "\r\n\r\n");
		assertThat(response.status()).isBetween(400, 499);
		assertThat(WireClient.exchange(gateway, "GET /http/x HTTP/1.1", "").status()).isEqualTo(200);
		assertThat(upstream.requests()).extracting(WireMessage::startLine).noneMatch((line) -> line.startsWith("POST"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "read-first", "chosen-late" })
	void wellFormedBodyThatArrivesBeforeARouteIsChosenIsSent(String route) {
		WireMessage response = WireClient.exchange(gateway,
				"POST /" + route + "/x HTTP/1.1\nTransfer-Encoding: chunked", "5\r\nhello\r\n0\r\n\r\n");
		assertThat(response.status()).isEqualTo(200);
		assertThat(upstream.lastRequest().body()).isEqualTo("hello");
	}

	@Test
	void clientCannotHaveTheHeaderOfAFilterRemoved() {
		WireMessage response = WireClient.exchange(gateway,
				"GET /user/x HTTP/1.1\nConnection: keep-alive, x-user, X-Other\nX-Other: 1", "");
		assertThat(response.status()).isEqualTo(200);
		assertThat(upstream.lastRequest().values("x-user")).containsExactly("known");
		assertThat(upstream.lastRequest().values("x-other")).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "GET", "DELETE", "OPTIONS", "PUT", "PATCH", "PROPFIND" })
	void bodyIsSeenWithEachMethod(String method) {
		assertDenied(method + " /http/x HTTP/1.1\nContent-Length: 4", "evil");
		assertDenied(method + " /http/x HTTP/1.1\nTransfer-Encoding: chunked", "4\r\nevil\r\n0\r\n\r\n");
		assertDenied(method + " /forward/x HTTP/1.1\nContent-Length: 4", "evil");
	}

	@ParameterizedTest
	@ValueSource(strings = { "Upgrade: h2c", "Upgrade: websocket, foo", "Upgrade: foo, WebSocket",
			"Upgrade: websocket\nUpgrade: foo", "Connection: upgrade", "Connection: content-length",
			"Connection: upgrade, transfer-encoding", "Upgrade: WEBSOCKET\nConnection: keep-alive, Upgrade",
			"X-HTTP-Method-Override: GET", "TE: trailers", "Expect: 100-continue", "Sec-WebSocket-Version: 13",
			"Content-Type: application/grpc", "Keep-Alive: timeout=5", "Upgrade: TLS/1.0\nConnection: Upgrade" })
	void headerDoesNotHideBody(String headers) throws IOException {
		for (String route : new String[] { "http", "forward", "upgrade-removed" }) {
			try (WireClient client = new WireClient(gateway)) {
				client.send("POST /" + route + "/x HTTP/1.1\nContent-Length: 4\n" + headers, "evil");
				WireMessage response = client.receive();
				if (response.status() == 100) {
					response = client.receive();
				}
				boolean grpc = headers.contains("grpc");
				assertThat(response.status()).as(route + ": " + response).isEqualTo(grpc ? 200 : 403);
				assertThat(grpc ? response.values("grpc-message") : response.body()).asString().contains("blocked");
			}
		}
		assertThat(upstream.requests()).noneMatch((request) -> request.body().contains("evil"));
	}

	@Test
	void lengthAndChunksTogetherAreSeenOrRefused() {
		WireMessage response = WireClient.exchange(gateway,
				"POST /http/x HTTP/1.1\nContent-Length: 4\nTransfer-Encoding: chunked", "4\r\nevil\r\n0\r\n\r\n");
		assertThat(response.status()).isIn(400, 403);
		assertThat(upstream.requests()).noneMatch((request) -> request.body().contains("evil"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "a b", "a\tb", "a/b", "a?b", "a#b", "a<b", "h\u00f6st", "a\u0001b", "user@host",
			"a\r\nHost: b", "a, b c" })
	void invalidHostIsRefused(String host) throws IOException {
		try (WireClient client = new WireClient(gateway)) {
			client.raw("GET /end/x HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
			assertThat(client.receive().status()).isEqualTo(400);
			assertThat(upstream.requests()).isEmpty();
		}
	}

	@Test
	void bodyThatAFilterOfTheApplicationMakesIsSeen() {
		assertDenied("GET /made/x HTTP/1.1", "");
		assertDenied("POST /made/x HTTP/1.1\nContent-Length: 4", "good");
		assertDenied("POST /made/x HTTP/1.1\nTransfer-Encoding: chunked", "4\r\ngood\r\n0\r\n\r\n");
	}

	@ParameterizedTest
	@ValueSource(strings = { "GET /made-behind/x HTTP/1.1", "POST /made-behind/x HTTP/1.1\nContent-Length: 9" })
	void bodyAddedAfterTheFilterIsFramed(String lines) throws IOException {
		try (WireClient client = new WireClient(gateway)) {
			for (int i = 0; i < 2; i++) {
				client.send(lines, lines.endsWith("9") ? "something" : "");
				assertThat(client.receive().body()).isEqualTo("evil made");
				assertThat(upstream.lastRequest().body()).isEqualTo("evil made");
			}
		}
	}

	@Test
	void bodyOfHttp10IsSeen() {
		assertDenied("POST /http/x HTTP/1.0\nContent-Length: 4", "evil");
		assertDenied("GET /http/x HTTP/1.0\nUpgrade: websocket\nContent-Length: 4", "evil");
	}

	@Test
	void handshakeThatIsNotUpgradedHasNoBody() {
		WireMessage response = WireClient.exchange(gateway, "GET /end/x HTTP/1.1\n" + HANDSHAKE, "");
		assertThat(response.status()).isEqualTo(200);
		assertThat(upstream.lastRequest().values("x-end")).containsExactly("1");
		// The HTTP client of Spring Boot 3.5 sends "content-length: 0"
		assertThat(upstream.lastRequest().values("content-length")).isSubsetOf("0");
		assertThat(upstream.lastRequest().values("transfer-encoding")).isEmpty();
		assertThat(upstream.lastRequest().values("upgrade")).isEmpty();
	}

	@ParameterizedTest
	@CsvSource({ "GET, '', 1", "POST, Content-Length: 0, 1", "DELETE, '', 1", "POST, Content-Length: 1, 0",
			"GET, Content-Length: 1, 0", "POST, 'Transfer-Encoding: chunked', 0" })
	void endOfStreamIsThatOfTheConnection(String method, String header, String end) {
		String body = header.contains("chunked") ? "0\r\n\r\n" : header.endsWith("1") ? "a" : "";
		WireMessage response = WireClient.exchange(gateway, method + " /end/x HTTP/1.1\n" + header, body);
		assertThat(response.status()).isEqualTo(200);
		assertThat(upstream.lastRequest().values("x-end")).containsExactly(end);
	}

	@ParameterizedTest
	@ValueSource(strings = { "status-by-guest/chunks-of/205", "status-by-guest/evil/205", "set-204/chunks",
			"set-204/length/4", "set-204/chunks-of/205", "set-304/parts", "set-205/chunks", "set-200/evil/205",
			"responses/chunks", "responses/length/4" })
	void responseBodyIsSeenWhateverItsStatus(String path) throws IOException {
		try (WireClient client = new WireClient(gateway)) {
			WireMessage response = client.send("GET /" + path + " HTTP/1.1", "").receive();
			assertThat(response.status()).as(response + " " + response.body()).isEqualTo(403);
			assertThat(response.body()).isEqualTo("blocked");
			assertThat(client.send("GET /http/length/3 HTTP/1.1", "").receive().bytes()).hasSize(3);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "responses/chunks-of/205", "responses/evil/205", "responses/status/204",
			"responses/headers-of-304", "only-set-204/chunks", "only-set-204/length/4", "status-by-guest/status/204",
			"status-by-guest/headers-of-304", "set-200/headers-of-304", "set-200/status/204", "set-204/status/204" })
	void bodyThatAStatusDoesNotAllowIsNotSent(String path) throws IOException {
		try (WireClient client = new WireClient(gateway)) {
			for (int i = 0; i < 2; i++) {
				WireMessage response = client.send("GET /" + path + " HTTP/1.1", "").receive();
				assertThat(response.bytes()).as(response.toString()).isEmpty();
				assertThat(client.send("GET /http/length/3 HTTP/1.1", "").receive().bytes()).hasSize(3);
			}
		}
	}

	@ParameterizedTest
	@CsvSource({ "reply-100, 500", "reply-403, 403" })
	void localResponseToAHandshakeThatIsNotUpgradedIsSentLikeOthers(String route, int status) throws IOException {
		for (String lines : new String[] { "GET /" + route + "/x HTTP/1.1",
				"GET /" + route + "/x HTTP/1.1\n" + HANDSHAKE, "POST /" + route + "/x HTTP/1.1\n" + HANDSHAKE }) {
			try (WireClient client = new WireClient(gateway)) {
				WireMessage response = client.send(lines, "").receive();
				assertThat(response.status()).as(lines).isEqualTo(status);
				assertThat(response.body()).as(lines).isEqualTo("answer");
			}
		}
	}

	private void assertDenied(String lines, String body) {
		WireMessage response = WireClient.exchange(gateway, lines, body);
		assertThat(response.status()).as(lines + " -> " + response + " " + response.body()).isEqualTo(403);
		assertThat(response.body()).isEqualTo("blocked");
		assertThat(upstream.requests()).noneMatch((request) -> request.body().contains("evil"));
	}

	/** The targets of forwards inside the gateway, and routes defined in Java. */
	@Configuration(proxyBeanMethods = false)
	static class Handlers {

		@Bean
		RouteLocator made(RouteLocatorBuilder routes, WasmGatewayFilterFactory wasm) {
			return routes.routes()
				.route("made",
						(route) -> route.path("/made/**")
							.filters((filters) -> filters
								.modifyRequestBody(String.class, String.class, new TextRewrite((body) -> "evil made"))
								.filter(wasm.apply("made", (config) -> config.setPlugin("guard")), 10))
							.uri(upstream.uri()))
				.route("read-first",
						(route) -> route.path("/read-first/**")
							.and()
							.readBody(String.class, (body) -> true)
							.filters((filters) -> filters
								.filter(wasm.apply("read-first", (config) -> config.setPlugin("shown")), 1))
							.uri(upstream.uri()))
				.route("chosen-late",
						(route) -> route.path("/chosen-late/**")
							.and()
							.asyncPredicate((exchange) -> Mono.delay(Duration.ofMillis(100)).thenReturn(true))
							.filters((filters) -> filters
								.filter(wasm.apply("chosen-late", (config) -> config.setPlugin("shown")), 1))
							.uri(upstream.uri()))
				.route("made-behind", (route) -> route.path("/made-behind/**")
					.filters((filters) -> filters
						.filter(wasm.apply("made-behind", (config) -> config.setPlugin("no-length")), 1)
						.filter(new OrderedGatewayFilter(new ModifyRequestBodyGatewayFilterFactory()
							.apply(new ModifyRequestBodyGatewayFilterFactory.Config().setRewriteFunction(String.class,
									String.class, new TextRewrite((body) -> "evil made"))),
								20)))
					.uri(upstream.uri()))
				.build();
		}

		@Bean
		RouterFunction<ServerResponse> local() {
			return RouterFunctions.route(RequestPredicates.path("/local"), (request) -> request.bodyToMono(String.class)
				.defaultIfEmpty("")
				.flatMap((body) -> ServerResponse.ok().contentType(MediaType.TEXT_PLAIN).bodyValue("LOCAL " + body)));
		}

		@Bean
		RouterFunction<ServerResponse> forms() {
			return RouterFunctions
				.route(RequestPredicates.path("/form"),
						(request) -> request.formData()
							.flatMap((form) -> ServerResponse.ok().bodyValue(form.toString())))
				.andRoute(RequestPredicates.path("/parts"), (request) -> request.multipartData()
					.flatMap((parts) -> ServerResponse.ok().bodyValue(parts.keySet().toString())));
		}

	}

}
