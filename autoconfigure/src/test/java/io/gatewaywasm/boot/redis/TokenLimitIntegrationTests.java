package io.gatewaywasm.boot.redis;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.gatewaywasm.boot.fixture.ChatUpstream;
import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.boot.fixture.RedisGateway;
import io.gatewaywasm.boot.fixture.RedisProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Integration tests for the filter that limits tokens by a real Redis.
 */
@Tag("slow")
@Timeout(180)
class TokenLimitIntegrationTests {

	private static ChatUpstream upstream;

	private static RedisGateway servers;

	private static GatewayFixture gateway;

	@BeforeAll
	static void start() {
		upstream = new ChatUpstream();
		servers = RedisGateway.start((redis) -> GatewayFixture.builder()
			.withoutConnectionPool()
			.property("gateway.wasm.redis.limits.uri", redis.uri())
			.property("gateway.wasm.redis.down.uri", "redis://127.0.0.1:" + RedisProcess.freePort())
			.plugin("token-limit", "token_limit", "configuration", configuration("limits", ""))
			.plugin("closed", "token_limit", "configuration", configuration("down", ""))
			.plugin("open", "token_limit", "configuration", configuration("down", ", \"on-error\": \"allow\""))
			.routeTo("limited", upstream.uri(), "Wasm=token-limit")
			.routeTo("closed", upstream.uri(), "Wasm=closed")
			.routeTo("open", upstream.uri(), "Wasm=open"));
		gateway = servers.gateway();
	}

	/** The window is so long that no test sees its end. */
	private static String configuration(String server, String more) {
		return "{\"upstream\": \"" + server + "\", \"tokens\": 10, \"window-seconds\": 100000000,"
				+ " \"client-header\": \"x-client\", \"timeout-ms\": 5000" + more + "}";
	}

	@AfterAll
	static void stop() throws IOException {
		if (servers != null) {
			servers.close();
		}
		if (upstream != null) {
			upstream.close();
		}
	}

	private static HttpResponse<String> answered(String path, String client, String body) {
		CompletableFuture<HttpResponse<String>> response = CompletableFuture
			.supplyAsync(() -> gateway.get(path, "x-client", client));
		upstream.next().stream().send(body).send("data: [DONE]\n\n").end();
		return response.join();
	}

	/** Sends a request that uses no tokens if it reaches the upstream. */
	private static HttpResponse<String> perhapsAnswered(String client) {
		CompletableFuture<HttpResponse<String>> response = CompletableFuture
			.supplyAsync(() -> gateway.get("/limited/x", "x-client", client));
		while (!response.isDone()) {
			ChatUpstream.Answer answer = upstream.poll();
			if (answer != null) {
				answer.stream().send("data: [DONE]\n\n").end();
			}
		}
		return response.join();
	}

	private static void awaitRefusal(String client) {
		await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
			HttpResponse<String> refused = perhapsAnswered(client);
			assertThat(refused.statusCode()).isEqualTo(429);
			assertThat(refused.headers().firstValue("retry-after")).isPresent();
		});
	}

	@Test
	void clientThatHasUsedItsTokensIsRefusedAndAnotherIsNot() {
		assertThat(answered("/limited/x", "ann", ChatUpstream.usage(4, 5)).statusCode()).isEqualTo(200);
		assertThat(answered("/limited/x", "ann", ChatUpstream.usage(1, 1)).statusCode()).isEqualTo(200);
		awaitRefusal("ann");
		assertThat(answered("/limited/x", "bob", ChatUpstream.usage(1, 1)).statusCode()).isEqualTo(200);
	}

	@Test
	void eventsCountWhereNoTokensAreReported() {
		assertThat(answered("/limited/x", "eve", ChatUpstream.delta("a").repeat(10)).statusCode()).isEqualTo(200);
		awaitRefusal("eve");
	}

	@Test
	void requestWithoutClientIsRefused() {
		assertThat(gateway.get("/limited/x").statusCode()).isEqualTo(401);
	}

	@Test
	void redisThatIsDownRefusesUnlessTheFilterAllowsIt() {
		assertThat(gateway.get("/closed/x", "x-client", "ann").statusCode()).isEqualTo(503);
		assertThat(answered("/open/x", "ann", ChatUpstream.usage(100, 1)).statusCode()).isEqualTo(200);
	}

}
