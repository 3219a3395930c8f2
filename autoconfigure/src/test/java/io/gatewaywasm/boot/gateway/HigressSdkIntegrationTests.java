package io.gatewaywasm.boot.gateway;

import java.net.http.HttpResponse;
import java.time.Duration;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.boot.fixture.RedisGateway;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests with a filter that is written with Higress's SDK for Go.
 */
@Tag("slow")
@Timeout(600)
class HigressSdkIntegrationTests {

	private static final String CONFIGURATION = """
			{
			  "rule": "global", "redis": "counts", "db": 2,
			  "_rules_": [ { "_match_route_": [ "ruled" ], "rule": "of the route", "redis": "counts", "db": 3 } ]
			}
			""";

	private static RedisGateway servers;

	private static GatewayFixture gateway;

	@BeforeAll
	static void start() {
		servers = HigressGateway.start(CONFIGURATION, (builder) -> builder.route("ruled", "Wasm=sdk"));
		gateway = servers.gateway();
	}

	@AfterAll
	static void stop() {
		if (servers != null) {
			servers.close();
		}
	}

	private static String sent(String path, String doing, String header) {
		assertThat(gateway.get(path, "x-do", doing).statusCode()).isEqualTo(200);
		return gateway.upstream().lastRequest().header(header);
	}

	@Test
	void rulesOfRoutesApply() {
		assertThat(sent("/sdk/x", "", "x-rule")).isEqualTo("global");
		assertThat(sent("/ruled/x", "", "x-rule")).isEqualTo("of the route");
	}

	@Test
	void redisIsCalled() {
		assertThat(sent("/sdk/x", "incr", "x-redis")).isEqualTo("1 <nil>");
		assertThat(sent("/sdk/x", "incr", "x-redis")).isEqualTo("2 <nil>");
		assertThat(sent("/sdk/x", "eval", "x-redis")).isEqualTo("[7 x] <nil>");
		assertThat(sent("/sdk/x", "blpop", "x-redis")).contains("bad argument");
	}

	@Test
	void clusterOfTheRouteIsCalled() {
		assertThat(sent("/sdk/x", "route-cluster", "x-called")).isEqualTo("200 hello");
	}

	@Test
	void requestGoesToTheRouteWithAnotherBodyAndBack() {
		HttpResponse<String> response = gateway.post("/sdk/x", "from the client", "x-do", "route-call");
		assertThat(response.body()).isEqualTo("FROM THE GUEST 200");
		assertThat(gateway.upstream().lastRequest().uri()).isEqualTo("/echo");
	}

	@Test
	void hostsAreListedAndChosen() {
		assertThat(sent("/sdk/x", "hosts", "x-hosts")).startsWith("[[localhost:" + gateway.upstream().port() + " {");
		assertThat(gateway.upstream().lastRequest().header("x-override")).isEqualTo("<nil>");
	}

	@Test
	void bodyOfTheStreamMayBeLarger() {
		String body = "a".repeat(2 << 20);
		assertThat(gateway.post("/sdk/x", body, "x-do", "limit").statusCode()).isEqualTo(200);
		assertThat(gateway.upstream().lastRequest().header("x-body")).isEqualTo(Integer.toString(2 << 20));
		assertThat(gateway.post("/sdk/x", body).statusCode()).isEqualTo(413);
	}

	@Test
	void responseIsInjectedIntoHeaders() {
		assertThat(gateway.get("/sdk/text/hello", "x-do", "inject-header").body()).isEqualTo("made by the guest");
	}

	@Test
	void responseIsInjectedWhileItIsPaused() {
		String body = gateway.get("/sdk/text/hello", "x-do", "inject").body();
		assertThat(body).startsWith("[200 ").endsWith("]");
		assertThat(body.replaceAll("\\[200 ([^]]*)]", "$1")).isEqualTo("hello");
		assertThat(gateway.get("/sdk/chunks/300000", "x-do", "inject").body().replaceAll("\\[200 ([^]]*)]", "$1"))
			.hasSize(300_000);
	}

	@Test
	void panicIsRecoveredAndLocalResponseIsSent() {
		assertThat(gateway.get("/sdk/x", "x-do", "panic").statusCode()).isEqualTo(200);
		assertThat(gateway.get("/sdk/x", "x-do", "local").statusCode()).isEqualTo(418);
	}

	@Test
	void vmIsReplacedAfterFiftyRequestsAndLosesNone() {
		long before = gateway.status("sdk").counters().failures();
		for (int i = 0; i < 120; i++) {
			assertThat(sent("/sdk/x", "memory", "x-memory")).isNotEmpty();
		}
		assertThat(gateway.status("sdk").counters().failures()).isEqualTo(before);
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.until(() -> gateway.status("sdk").counters().activeStreams() == 0);
	}

}
