package io.gatewaywasm.boot.gateway;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.boot.fixture.RedisGateway;
import io.gatewaywasm.boot.fixture.RedisProcess;
import io.gatewaywasm.boot.fixture.WireClient;
import io.micrometer.core.instrument.MeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what kinds of plugins do with Higress's SDK for Go: authentication, limits,
 * caches, conversions, guards and statistics.
 */
@Tag("slow")
@Timeout(600)
class HigressPluginKindsIntegrationTests {

	private static final String CONFIGURATION = """
			{
			  "rule": "global", "redis": "counts",
			  "_rules_": [
			    { "_match_domain_": [ "*.example.com" ], "rule": "domain", "redis": "counts" },
			    { "_match_route_prefix_": [ "pre" ], "rule": "prefix", "redis": "counts" },
			    { "_match_service_": [ "shop.dns:80" ], "rule": "service", "redis": "counts" }
			  ]
			}
			""";

	private static final String ALIASES = "outbound|80||auth.dns, outbound|443||llm.dns, outbound|80||ip.static,"
			+ " outbound|80||svc.DEFAULT-GROUP.public.nacos, outbound|80||svc.dc1.consul,"
			+ " outbound|80|v1|svc.default.svc.cluster.local";

	private static RedisGateway servers;

	private static GatewayFixture gateway;

	@BeforeAll
	static void start() {
		servers = HigressGateway.start(CONFIGURATION, HigressPluginKindsIntegrationTests::configure);
		gateway = servers.gateway();
	}

	private static GatewayFixture.Builder configure(GatewayFixture.Builder builder) {
		String upstream = "http://localhost:${upstream.port}";
		like(builder, "down", "gone");
		like(builder, "router", "counts").property("gateway.wasm.plugins.router.reroute", "on-header-change");
		like(builder, "large", "counts").property("gateway.wasm.plugins.large.limits.max-body-buffer", "100MB")
			.property("gateway.wasm.plugins.large.limits.memory", "1GB");
		return builder.property("gateway.wasm.upstreams.auth.aliases", ALIASES)
			.property("gateway.wasm.redis.gone.uri", "redis://127.0.0.1:" + RedisProcess.freePort())
			.property("gateway.wasm.redis.gone.aliases", "outbound|6379||gone.static")
			.route("down", "Wasm=down")
			.route("large", "Wasm=large")
			.route("prefixed", "Wasm=sdk")
			.route("pair", "Wasm=sdk", "Wasm=large")
			.routeIf("openai", upstream, List.of("Path=/models/**", "Header=x-provider,openai"),
					List.of("AddRequestHeader=x-route,openai"))
			.routeIf("models", upstream, List.of("Path=/models/**"), List.of("Wasm=router"))
			.route("shop", "Wasm=sdk")
			.property("spring.cloud.gateway.server.webflux.routes[7].metadata.cluster_name", "outbound|80||shop.dns");
	}

	/** Declares another plugin of the same module. */
	private static GatewayFixture.Builder like(GatewayFixture.Builder builder, String name, String redis) {
		String plugin = "gateway.wasm.plugins." + name + ".";
		return builder.property(plugin + "url", HigressGateway.MODULE.toUri().toString())
			.property(plugin + "configuration", "{\"rule\": \"global\", \"redis\": \"" + redis + "\"}")
			.property(plugin + "vms", "1")
			.property(plugin + "limits.start-timeout", "60s");
	}

	@AfterAll
	static void stop() {
		if (servers != null) {
			servers.close();
		}
	}

	private static String sent(String doing, String header, String... headers) {
		assertThat(get("/sdk/x", doing, headers).statusCode()).isEqualTo(200);
		return gateway.upstream().lastRequest().header(header);
	}

	private static HttpResponse<String> get(String path, String doing, String... headers) {
		return gateway.get(path, with(doing, headers));
	}

	private static HttpResponse<String> post(String path, String body, String doing, String... headers) {
		return gateway.post(path, body, with(doing, headers));
	}

	private static String[] with(String doing, String... headers) {
		return Stream.concat(Stream.of("x-do", doing), Stream.of(headers)).toArray(String[]::new);
	}

	private static String header(HttpResponse<String> response, String name) {
		return String.join(",", response.headers().allValues(name));
	}

	// --- Redis

	@Test
	void nonceIsAcceptedOnce() {
		assertThat(get("/sdk/x", "nonce", "x-nonce", "a").statusCode()).isEqualTo(200);
		HttpResponse<String> replayed = get("/sdk/x", "nonce", "x-nonce", "a");
		assertThat(replayed.statusCode()).isEqualTo(401);
		assertThat(replayed.body()).isEqualTo("replayed");
		assertThat(get("/sdk/x", "nonce", "x-nonce", "b").statusCode()).isEqualTo(200);
		assertThat(get("/down/x", "nonce", "x-nonce", "a").statusCode()).isEqualTo(503);
	}

	@Test
	void simultaneousReplaysPassOnce() {
		assertThat(IntStream.range(0, 20)
			.parallel()
			.map((i) -> get("/sdk/x", "nonce", "x-nonce", "race").statusCode())
			.filter((status) -> status == 200)
			.count()).isOne();
	}

	@Test
	void requestsAreLimitedByAScript() {
		assertThat(header(get("/sdk/x", "limit-rate", "x-client", "a"), "x-ratelimit-remaining")).isEqualTo("1");
		assertThat(header(get("/sdk/x", "limit-rate", "x-client", "a"), "x-ratelimit-remaining")).isEqualTo("0");
		HttpResponse<String> third = get("/sdk/x", "limit-rate", "x-client", "a");
		assertThat(third.statusCode()).isEqualTo(429);
		assertThat(third.body()).isEqualTo("Too many requests");
		assertThat(Integer.parseInt(header(third, "x-ratelimit-reset"))).isBetween(1, 60);
	}

	@Test
	void callsOfFinishedStreamsReachTheirServers() {
		assertThat(get("/sdk/status/204", "count-done").statusCode()).isEqualTo(204);
		Awaitility.await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
			assertThat(servers.redis().number("done")).isEqualTo(3);
			assertThat(gateway.upstream().requests()).anySatisfy((request) -> {
				assertThat(request.uri()).isEqualTo("/log");
				assertThat(request.body()).isEqualTo("logged 204");
			});
		});
	}

	@Test
	void responseWaitsForRedis() {
		assertThat(header(get("/sdk/text/hello", "redis-from-response"), "x-found"))
			.isEqualTo("\"a\\r\\nb\\x00\\u00fc\"");
	}

	@Test
	void commandsOfTheSdkReturnTheirReplies() {
		assertThat(sent("commands", "x-redis"))
			.isEqualTo("OK;8;7;6;OK;;OK;[a  x];1;1;1;1;2;3;[b a c];4;1;b;2;1;OK;[1 2 ];4;4.5;[a 1 b 4.5];1;1;1;3.5;3.5;"
					+ "[one];WRONGTYPE Operation against a key holding the wrong kind of value");
	}

	@Test
	void scriptThatTheServerDoesNotHaveIsAnErrorForTheGuest() {
		assertThat(sent("evalsha", "x-redis")).startsWith("NOSCRIPT");
	}

	@Test
	void answerIsCachedAndSentAsAStream() {
		String question = "{\"messages\": [ { \"content\": \"what?\" } ]}";
		assertThat(post("/sdk/x", question, "cache").statusCode()).isEqualTo(200);
		assertThat(gateway.upstream().lastRequest().header("x-embedded")).isEqualTo("200 what?");
		assertThat(gateway.upstream().lastRequest().body()).isEqualTo(question);
		HttpResponse<String> cached = post("/sdk/x", question, "cache");
		assertThat(cached.body()).isEqualTo("data:kept\n\ndata:[DONE]\n\n");
		assertThat(header(cached, "content-type")).isEqualTo("text/event-stream; charset=utf-8");
	}

	// --- Requests

	@Test
	void requestIsRewrittenByTheCallbackOfACall() {
		assertThat(post("/sdk/x", "body", "rewrite-later").statusCode()).isEqualTo(200);
		assertThat(gateway.upstream().lastRequest().uri()).isEqualTo("/v1/rewritten?a=b");
		assertThat(gateway.upstream().lastRequest().header("host")).isEqualTo("llm.example.com");
		assertThat(gateway.upstream().lastRequest().body()).isEqualTo("looked-up+body");
	}

	@Test
	void protocolIsConverted() {
		HttpResponse<String> response = post("/sdk/chat", "{\"model\": \"tiny\"}", "convert");
		assertThat(gateway.upstream().lastRequest().uri()).isEqualTo("/v1/chat/completions");
		assertThat(gateway.upstream().lastRequest().header("host")).isEqualTo("api.example.com");
		assertThat(gateway.upstream().lastRequest().header("authorization")).isEqualTo("Bearer key");
		assertThat(gateway.upstream().lastRequest().header("x-model")).isEqualTo("tiny");
		assertThat(gateway.upstream().lastRequest().body()).isEqualTo("{\"converted\":{\"model\": \"tiny\"}}");
		assertThat(header(response, "content-type")).isEqualTo("text/event-stream");
		assertThat(response.body()).startsWith("data: ").endsWith("data: [DONE]\n\n");
	}

	@Test
	void modelOfTheBodyChoosesTheRoute() {
		post("/models/x", "{\"model\": \"openai/tiny\"}", "route-by-model");
		assertThat(gateway.upstream().lastRequest().header("x-route")).isEqualTo("openai");
		assertThat(gateway.upstream().lastRequest().body()).isEqualTo("{\"model\":\"tiny\"}");
		post("/models/x", "{\"model\": \"other/tiny\"}", "route-by-model");
		assertThat(gateway.upstream().lastRequest().header("x-route")).isNull();
		assertThat(gateway.upstream().lastRequest().body()).isEqualTo("{\"model\":\"tiny\"}");
	}

	@Test
	void bodyIsBlocked() {
		assertThat(post("/sdk/x", "a forbidden word", "block-body").statusCode()).isEqualTo(403);
		assertThat(post("/sdk/x", "a word", "block-body").statusCode()).isEqualTo(200);
	}

	@Test
	void requestIsTransformedInParts() {
		post("/sdk/x", "a".repeat(300_000), "chunks");
		assertThat(gateway.upstream().lastRequest().body()).isEqualTo("A".repeat(300_000) + "!");
	}

	@Test
	void largeBodiesAreBuffered() {
		String body = "a".repeat(40 << 20);
		assertThat(post("/large/echo", body, "large").body()).isEqualTo(Integer.toString(40 << 20));
		assertThat(gateway.upstream().lastRequest().header("x-body")).isEqualTo(Integer.toString(40 << 20));
	}

	@ParameterizedTest
	@CsvSource({ "authorize, 200, status/200, 200", "authorize, 401, status/401, 0", "authorize, 503, status/503, 0",
			"authorize-open, 200, status/503, 503", "authorize-open, 403, status/403, 0" })
	void authorizationServiceDecides(String doing, int status, String verdict, int seen) {
		String body = "a".repeat(500_000);
		HttpResponse<String> response = post("/sdk/x", body, doing, "authorization", "secret", "x-verdict", verdict);
		assertThat(response.statusCode()).isEqualTo(status);
		if (seen > 0) {
			assertThat(gateway.upstream().lastRequest().header("x-auth-status")).isEqualTo(Integer.toString(seen));
			assertThat(gateway.upstream().lastRequest().header("authorization")).isNull();
			assertThat(gateway.upstream().lastRequest().body()).isEqualTo(body);
		}
	}

	@Test
	void clientIsRedirectedWithTwoCookies() {
		HttpResponse<String> response = get("/sdk/x", "redirect");
		assertThat(response.statusCode()).isEqualTo(302);
		assertThat(header(response, "location")).isEqualTo("https://idp.example.com/?a=b&c=%20d");
		assertThat(response.headers().allValues("set-cookie")).containsExactly("_state=1; Path=/; HttpOnly",
				"_nonce=2; Path=/; HttpOnly");
	}

	@Test
	void replyOfTheRoutesUpstreamIsTheResponse() {
		HttpResponse<String> response = get("/sdk/x", "graphql");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.body()).isEqualTo("{\"query\":\"{a}\"}");
	}

	@Test
	void headersAndPathAreTransformed() {
		get("/sdk/path", "rename", "x-old", "value");
		assertThat(gateway.upstream().lastRequest().method()).isEqualTo("PUT");
		assertThat(gateway.upstream().lastRequest().uri()).isEqualTo("/path?added=%C3%BC&b=a+b");
		assertThat(gateway.upstream().lastRequest().header("x-new")).isEqualTo("value");
		assertThat(gateway.upstream().lastRequest().header("x-old")).isNull();
		assertThat(gateway.upstream().lastRequest().headers().get("x-many")).containsExactly("1", "2");
	}

	// --- Responses

	@Test
	void responseOfTheUpstreamIsReplaced() {
		HttpResponse<String> response = get("/sdk/status/404", "custom-response");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.body()).isEqualTo("<p>custom</p>");
	}

	@Test
	void failedRequestIsSentAgainByTheGuest() {
		HttpResponse<String> response = get("/sdk/status/503", "retry");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(header(response, "x-retried")).isEqualTo("yes");
		assertThat(response.body()).isEqualTo("second attempt");
	}

	@Test
	void responseIsTransformedByTheCallbackOfACall() {
		HttpResponse<String> response = get("/sdk/text/hello", "transform-later");
		assertThat(response.body()).isEqualTo("HELLO");
		assertThat(header(response, "x-transformed")).isEqualTo("yes");
	}

	@Test
	void bufferedResponseIsRefusedByAGuard() {
		HttpResponse<String> response = get("/sdk/text/hello", "guard-response");
		assertThat(response.statusCode()).isEqualTo(403);
		assertThat(response.body()).isEqualTo("unsafe");
	}

	@Test
	void partsOfAStreamAreChecked() {
		assertThat(get("/sdk/chunks/400000", "guard-stream").body()).hasSize(400_000);
		assertThat(get("/sdk/text/unsafe", "guard-stream").body()).isEqualTo("data: refused\n\ndata: [DONE]\n\n");
	}

	@Test
	void streamThatDoesNotEndBecomesADocument() {
		HttpResponse<String> response = get("/sdk/sse", "stream-to-document");
		assertThat(response.statusCode()).isEqualTo(201);
		assertThat(header(response, "content-type")).isEqualTo("application/json");
		assertThat(response.body()).isEqualTo("{\"status\":200,\"seen\":true,\"reply\":\"data: 0\\n\\n\"}");
	}

	// --- Facts

	@ParameterizedTest
	@CsvSource({ "/sdk/x, a.example.com, domain", "/prefixed/x, localhost, prefix", "/shop/x, localhost, service",
			"/sdk/x, localhost, global" })
	void rulesMatch(String path, String host, String rule) throws IOException {
		try (WireClient client = new WireClient(gateway)) {
			client.raw("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n").receive();
		}
		assertThat(gateway.upstream().lastRequest().header("x-rule")).isEqualTo(rule);
	}

	@Test
	void statisticsAreWritten() {
		assertThat(sent("statistics", "x-log").replace("\\", ""))
			.isEqualTo("\"{\"answer\":42,\"model\":\"tiny\",\"question\":\"a \"quoted\" u00fc\",\"tokens\":12}\"");
		MeterRegistry meters = gateway.context().getBean(MeterRegistry.class);
		assertThat(meters.getMeters().stream().map((meter) -> meter.getId().getName()))
			.anyMatch((name) -> name.contains("model.tiny.consumer.none.metric.input_token"));
	}

	@Test
	void attributesOfTheRequestAreRead() {
		HttpResponse<String> response = get("/sdk/cookies?a=b", "facts", "x-forwarded-for", "10.1.2.3");
		assertThat(header(response, "x-code")).isEqualTo("200");
		assertThat(response.headers().allValues("set-cookie")).containsExactly("a=1", "b=2", "c=3");
		get("/sdk/x?a=b", "facts", "x-forwarded-for", "10.1.2.3");
		assertThat(gateway.upstream().lastRequest().header("x-facts")).matches(
				"http\\|GET\\|/x\\?a=b\\|localhost:\\d+\\|127.0.0.1:\\d+\\|sdk\\|sdk\\|false\\|10.1.2.3.*\\|HTTP/1.1");
	}

	@Test
	void dataIsSharedWithoutLoss() {
		IntStream.range(0, 50).parallel().forEach((i) -> sent("shared", "x-count"));
		assertThat(sent("shared", "x-count")).isEqualTo("51");
	}

	@Test
	void clustersOfAllRegistriesAreCalledByTheirAliases() {
		assertThat(sent("clusters", "x-found")).isEqualTo("200 200 200 200 200 200");
	}

	@Test
	void callsOfTheStartAndOfTicksAreMade() {
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.untilAsserted(() -> assertThat(sent("started", "x-started")).matches("200 started [1-9]\\d*"));
	}

	@Test
	void twoFiltersBufferOneRequest() {
		assertThat(post("/pair/echo", "a".repeat(100_000), "large").body()).isEqualTo("6");
	}

}
