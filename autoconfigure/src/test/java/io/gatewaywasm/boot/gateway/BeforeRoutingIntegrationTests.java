package io.gatewaywasm.boot.gateway;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.boot.fixture.WireClient;
import io.gatewaywasm.boot.fixture.WireMessage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.io.FileSystemResource;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Integration tests for {@code gateway.wasm.before-routing}.
 */
@Timeout(180)
@Tag("slow")
class BeforeRoutingIntegrationTests {

	private static final String UPSTREAM = "http://localhost:${upstream.port}";

	@TempDir
	static Path files;

	private static GatewayFixture gateway;

	@BeforeAll
	static void start() throws IOException {
		Files.createDirectories(files.resolve("secret"));
		Files.createDirectories(files.resolve("other"));
		Files.writeString(files.resolve("secret/x"), "the secret");
		Files.writeString(files.resolve("open"), "open");
		gateway = GatewayFixture.builder()
			.source(Handlers.class)
			.property("gateway.wasm.before-routing", "probe,go")
			.property("gateway.wasm.before-routing-handlers", "/listed/**,/actuator/info,/files/secret/**")
			.plugin("probe", "probe_rust", "warm-up", "0")
			.plugin("go", "headers_go", "warm-up", "0")
			.plugin("as", "headers_as", "warm-up", "0")
			.routeIf("canary", UPSTREAM, List.of("Path=/shop/**", "Header=x-canary, 1"),
					List.of("AddRequestHeader=x-route, canary"))
			.routeIf("shop", UPSTREAM, List.of("Path=/shop/**"), List.of("AddRequestHeader=x-route, shop", "Wasm=as"))
			.routeIf("host", UPSTREAM, List.of("Host=tenant.example"), List.of("AddRequestHeader=x-route, host"))
			.routeIf("put", UPSTREAM, List.of("Path=/method", "Method=PUT"), List.of("AddRequestHeader=x-route, put"))
			.routeIf("forwards", "forward:/shop/forwarded", List.of("Path=/forwards"), List.of())
			.routeIf("broken", "http://localhost:1", List.of("Path=/broken"), List.of())
			.start();
	}

	@AfterAll
	static void stop() {
		gateway.close();
	}

	@AfterEach
	void streamsHaveEnded() {
		for (String plugin : List.of("probe", "go", "as")) {
			await().atMost(Duration.ofSeconds(30)).until(() -> gateway.status(plugin).counters().activeStreams() == 0);
		}
	}

	private static List<String> sent(String name) {
		return gateway.upstream().lastRequest().headers().get(name);
	}

	private static boolean seen(HttpResponse<String> response) {
		return response.headers().firstValue("x-go").isPresent();
	}

	@Test
	void headerSetByPluginIsWhatPredicatesSee() {
		gateway.get("/shop/x", "x-probe", "add:x-canary=1");
		assertThat(sent("x-route")).containsExactly("canary");
		gateway.get("/shop/x");
		assertThat(sent("x-route")).containsExactly("shop");
		assertThat(sent("x-as")).isNotEmpty();
	}

	@Test
	void pathMethodAndAuthorityAreWhatPredicatesSee() {
		gateway.get("/nowhere?a=b", "x-probe", "path:/shop/y?c=d");
		assertThat(gateway.upstream().lastRequest().uri()).isEqualTo("/shop/y?c=d");
		gateway.get("/nowhere", "x-probe", "authority:tenant.example");
		assertThat(sent("x-route")).containsExactly("host");
		gateway.post("/method", "body", "x-probe", "method:PUT");
		assertThat(sent("x-route")).containsExactly("put");
		assertThat(gateway.upstream().lastRequest().body()).isEqualTo("body");
	}

	@Test
	void requestThatMatchesNoRouteGoesThroughThem() {
		HttpResponse<String> response = gateway.get("/nowhere", "x-probe-resp", "add:x-seen=1");
		assertThat(response.statusCode()).isEqualTo(404);
		assertThat(response.headers().allValues("x-seen")).containsExactly("1");
		assertThat(seen(response)).isTrue();
	}

	@Test
	void localResponseKeepsRequestFromRoute() {
		int before = gateway.upstream().requests().size();
		HttpResponse<String> response = gateway.get("/shop/x", "x-probe", "local:403");
		assertThat(response.statusCode()).isEqualTo(403);
		assertThat(gateway.upstream().requests()).hasSize(before);
	}

	@Test
	void trapGetsTheFailStrategy() {
		assertThat(gateway.get("/shop/x", "x-probe", "trap").statusCode()).isEqualTo(503);
		await().atMost(Duration.ofSeconds(30)).until(() -> gateway.get("/shop/x").statusCode() == 200);
	}

	@Test
	void responsePhasesRunInReverseOrder() {
		HttpResponse<String> response = gateway.get("/shop/x", "x-probe-resp", "get:x-go");
		assertThat(seen(response)).isTrue();
		assertThat(response.headers().firstValue("x-get")).isPresent();
	}

	@Test
	void errorOfTheGatewayGoesThroughThem() {
		HttpResponse<String> response = gateway.get("/broken", "x-probe-resp", "add:x-seen=1");
		assertThat(response.statusCode()).isGreaterThanOrEqualTo(500);
		assertThat(response.headers().allValues("x-seen")).containsExactly("1");
	}

	@Test
	void routeHasNoNameYet() {
		gateway.get("/shop/x", "x-probe", "prop:route_name", "x-probe-resp", "prop:route_name");
		assertThat(sent("x-prop")).containsExactly("route_name=absent");
		HttpResponse<String> response = gateway.get("/shop/x", "x-probe-resp", "prop:route_name,prop:cluster_name");
		assertThat(response.headers().allValues("x-prop")).anyMatch((value) -> value.equals("route_name=73686f70"))
			.noneMatch((value) -> value.equals("cluster_name=absent"));
	}

	@Test
	void forwardedRequestRunsThemOnce() {
		long before = gateway.status("go").counters().streams();
		HttpResponse<String> response = gateway.get("/forwards");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(gateway.upstream().lastRequest().uri()).isEqualTo("/shop/forwarded");
		assertThat(gateway.status("go").counters().streams()).isEqualTo(before + 1);
	}

	@Test
	void actuatorAndHandlersOfTheApplicationAreExempt() {
		assertThat(gateway.get("/actuator/health", "x-probe", "local:403").statusCode()).isEqualTo(200);
		HttpResponse<String> response = gateway.get("/handled/x", "x-probe", "local:403");
		assertThat(response.body()).isEqualTo("from the handler");
		assertThat(seen(response)).isFalse();
	}

	@Test
	void listedHandlersOfTheApplicationAreNot() {
		assertThat(gateway.get("/listed/x", "x-probe", "local:403").statusCode()).isEqualTo(403);
		assertThat(gateway.get("/actuator/info", "x-probe", "local:403").statusCode()).isEqualTo(403);
		HttpResponse<String> response = gateway.get("/listed/x");
		assertThat(response.body()).isEqualTo("from the handler");
		assertThat(seen(response)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "/files/secret/x", "/files//secret/x", "//files/secret/x", "/files/secret//x",
			"/files/./secret/x", "/files/other/../secret/x", "/files/secret%2Fx", "/files/%2e/secret/x",
			"/files/other/%2e%2e/secret/x", "/files/secret;a=b/x", "/files/%2Fsecret/x", "/files/%5Csecret/x" })
	void noPathToAListedResourceBypassesThem(String path) {
		String guarded = "GET " + path + " HTTP/1.1\nx-probe: local:403";
		assertThat(WireClient.exchange(gateway, guarded, "").body()).doesNotContain("the secret");
	}

	@Test
	void resourcesThatAreNotListedAreServed() {
		assertThat(gateway.get("/files/open", "x-probe", "local:403").body()).isEqualTo("open");
		assertThat(gateway.get("/files/secret/x").body()).isEqualTo("the secret");
	}

	@Test
	void formOfAListedHandlerIsSeen() {
		String lines = "POST /listed/form HTTP/1.1\nTransfer-Encoding: chunked"
				+ "\nContent-Type: application/x-www-form-urlencoded\n";
		String form = "3\r\na=1\r\n0\r\n\r\n";
		assertThat(WireClient.exchange(gateway, lines + "x-probe-body: local:403", form).status()).isEqualTo(403);
		assertThat(WireClient.exchange(gateway, lines, form).body()).isEqualTo("{a=[1]}");
	}

	@Test
	void guestCannotLeadRequestToHandlerOfTheApplication() {
		for (String from : List.of("/nowhere", "/listed/x", "/shop/x")) {
			assertThat(gateway.get(from, "x-probe", "path:/actuator/health").statusCode()).isEqualTo(404);
			assertThat(gateway.get(from, "x-probe", "path:/handled/x").statusCode()).isEqualTo(404);
		}
		assertThat(gateway.post("/listed/x", "", "x-probe", "method:GET").statusCode()).isEqualTo(404);
	}

	@Test
	void preflightGoesThroughThemToTheUpstream() {
		HttpResponse<String> response = gateway.send("OPTIONS", "/shop/x", null, "Origin", "https://example.org",
				"Access-Control-Request-Method", "PUT", "x-probe", "add:x-canary=1");
		assertThat(seen(response)).isTrue();
		assertThat(gateway.upstream().lastRequest().method()).isEqualTo("OPTIONS");
		assertThat(sent("x-route")).containsExactly("canary");
		assertThat(seen(gateway.send("OPTIONS", "/nowhere", null, "Origin", "https://example.org",
				"Access-Control-Request-Method", "PUT")))
			.isTrue();
	}

	@Test
	void handshakeOfWebSocketGoesThroughThem() {
		WireMessage response = WireClient.exchange(gateway, """
				GET /shop/ws HTTP/1.1
				Connection: Upgrade
				Upgrade: websocket
				Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
				Sec-WebSocket-Version: 13
				x-probe: local:418
				""", "");
		assertThat(response.status()).isEqualTo(418);
	}

	@Test
	void endpointShowsThemOnEveryRoute() {
		assertThat(gateway.get("/actuator/wasm/go").body()).contains("\"canary\"", "\"shop\"");
	}

	@Configuration(proxyBeanMethods = false)
	static class Handlers {

		@Bean
		RouterFunction<ServerResponse> files() {
			return RouterFunctions.resources("/files/**", new FileSystemResource(files + "/"));
		}

		@Bean
		RouterFunction<ServerResponse> handled() {
			return RouterFunctions.route()
				.GET("/handled/**", (request) -> ServerResponse.ok().bodyValue("from the handler"))
				.GET("/listed/**", (request) -> ServerResponse.ok().bodyValue("from the handler"))
				.POST("/listed/form",
						(request) -> request.formData()
							.flatMap((form) -> ServerResponse.ok().bodyValue(form.toString())))
				.build();
		}

	}

}
