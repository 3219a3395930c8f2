package io.gatewaywasm.boot.redis;

import java.util.stream.IntStream;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.boot.fixture.RedisGateway;
import io.gatewaywasm.boot.fixture.RedisProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for filters that call a real Redis.
 */
@Tag("slow")
@Timeout(180)
class RedisIntegrationTests {

	private static final String CLUSTER = "outbound|6379||redis.static";

	private static RedisGateway servers;

	@BeforeAll
	static void start() {
		servers = RedisGateway.start((redis) -> GatewayFixture.builder()
			.property("gateway.wasm.redis.cache.uri", "redis://:right@127.0.0.1:" + redis.port())
			.property("gateway.wasm.redis.cache.aliases", CLUSTER)
			.property("gateway.wasm.redis.spring.aliases", "shared")
			.property("spring.data.redis.url", "redis://:right@127.0.0.1:" + redis.port() + "/9")
			.property("gateway.wasm.redis.open.uri", redis.uri())
			.property("gateway.wasm.redis.down.uri", "redis://127.0.0.1:" + RedisProcess.freePort())
			.plugin("redis", "redis_rust", "configuration",
					"{\"upstream\": \"" + CLUSTER + "?db=1\", \"timeout-ms\": 5000}")
			.plugin("other", "redis_rust")
			.route("redis", "Wasm=redis")
			.route("other", "Wasm=other"), "--requirepass", "right");
	}

	@AfterAll
	static void stop() {
		if (servers != null) {
			servers.close();
		}
	}

	@Test
	void filterCountsRequestsInRedis() {
		assertThat(send("/redis/x", "x-redis", "INCR hits;INCR hits;GET hits", "x-redis-upstream", CLUSTER))
			.isEqualTo(":1;:2;$1 2");
	}

	@Test
	void manyRequestsAtOnceLoseNothing() {
		IntStream.range(0, 200)
			.parallel()
			.forEach((i) -> assertThat(servers.gateway()
				.get("/redis/x", "x-redis", "INCR many;GET missing", "x-redis-upstream", CLUSTER)
				.statusCode()).isEqualTo(200));
		assertThat(send("/redis/x", "x-redis", "GET many", "x-redis-upstream", CLUSTER)).isEqualTo("$3 200");
	}

	@Test
	void serverThatIsNotDeclaredCannotBeCalled() {
		assertThat(send("/other/x", "x-redis", "PING", "x-redis-upstream", "127.0.0.1:" + servers.redis().port()))
			.isEqualTo("status 2");
	}

	@Test
	void commandThatBlocksIsRefused() {
		assertThat(send("/redis/x", "x-redis", "BLPOP a 0;PING", "x-redis-upstream", CLUSTER))
			.isEqualTo("status 2;+PONG");
	}

	@Test
	void serverOfSpringDataIsUsedWithoutAddress() {
		send("/other/x", "x-redis", "SET where nine", "x-redis-upstream", "shared");
		assertThat(
				send("/other/x", "x-redis-init", "cache?db=9,,,0", "x-redis", "GET where", "x-redis-upstream", "cache"))
			.isEqualTo("$4 nine");
	}

	@Test
	void guestLogsInWhereOperatorHasNoCredentials() {
		assertThat(send("/other/x", "x-redis-init", "open,,right,0", "x-redis", "PING", "x-redis-upstream", "open"))
			.isEqualTo("+PONG");
		assertThat(send("/other/x", "x-redis-init", "open,,wrong,0", "x-redis", "PING", "x-redis-upstream", "open"))
			.isEqualTo("failed 1 0");
	}

	@Test
	void serverThatIsDownFailsTheCall() {
		assertThat(send("/other/x", "x-redis", "PING;PING", "x-redis-upstream", "down"))
			.isEqualTo("failed 1 0;failed 1 0");
		assertThat(send("/other/x", "x-redis", "PING", "x-redis-upstream", "down")).isEqualTo("failed 1 0");
	}

	private static String send(String path, String... headers) {
		assertThat(servers.gateway().get(path, headers).statusCode()).isEqualTo(200);
		return servers.gateway().upstream().lastRequest().header("x-redis-reply");
	}

}
