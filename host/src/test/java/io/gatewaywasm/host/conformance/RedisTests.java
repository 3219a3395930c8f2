package io.gatewaywasm.host.conformance;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

import io.gatewaywasm.host.fixture.FakeExchange;
import io.gatewaywasm.host.fixture.TestServices.RedisCallout;
import io.gatewaywasm.host.plugin.Isolation;
import io.gatewaywasm.host.plugin.Plugin;
import io.gatewaywasm.host.plugin.PluginSpec;
import io.gatewaywasm.host.spi.Cancellable;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.FilterStream;
import io.gatewaywasm.host.spi.RedisConnection;
import io.gatewaywasm.host.spi.RedisResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Redis calls of a filter. The tests send the server's replies.
 */
class RedisTests extends AbstractConformanceTests {

	private static final String CONFIGURATION = """
			{"upstream": "redis?buffer_flush_timeout=3&db=4", "user": "guest", "password": "secret", "timeout-ms": 700}
			""";

	@Test
	void replyIsReadFromItsBufferInTheCallback() {
		Plugin plugin = startWithRedis(configured(CONFIGURATION));
		FakeExchange exchange = exchange("x-redis", "INCR hits;GET a", "x-redis-upstream", "redis");
		FilterStream stream = plugin.openStream(exchange, 0);
		stream.requestHeaders(true, this.decisions::add);
		assertThat(this.services.redisCalls).extracting(RedisCallout::command).containsExactly("INCR hits", "GET a");
		RedisCallout second = this.services.redisCalls.get(1);
		assertThat(second.timeout()).isEqualTo(Duration.ofMillis(700));
		assertThat(second.target().user()).isEqualTo("guest");
		assertThat(second.target().password()).isEqualTo("secret");
		assertThat(second.target().database()).isEqualTo(4);
		assertThat(second.target()).hasToString("RedisTarget[plugin=probe, upstream=redis, user=guest, database=4]");
		assertThat(this.decisions).isEmpty();
		reply(1, "-ERR no");
		assertThat(this.decisions).isEmpty();
		reply(0, ":1");
		assertThat(this.decisions).containsExactly(Decision.Continue.INSTANCE);
		assertThat(exchange.requestHeaders.get("x-redis-reply")).isEqualTo(":1;-ERR no");
		assertThat(this.services.callouts).containsExactly("redis response", "redis response");
		stream.end();
	}

	@Test
	void callWithoutReplyHasStatusOne() {
		Plugin plugin = startWithRedis(configured(CONFIGURATION));
		FakeExchange exchange = exchange("x-redis", "GET a", "x-redis-upstream", "redis");
		plugin.openStream(exchange, 0).requestHeaders(true, this.decisions::add);
		this.services.redisCalls.get(0).result().accept(new RedisResult.Failure("connection refused"));
		assertThat(exchange.requestHeaders.get("x-redis-reply")).isEqualTo("failed 1 0");
		assertThat(this.services.callouts).containsExactly("redis failure");
	}

	@Test
	void failureInsideTheHostCallReachesTheCallbackAfterwards() {
		Plugin plugin = startWithRedis(configured(CONFIGURATION));
		this.services.redis = (target) -> new FailingConnection();
		FakeExchange exchange = run(plugin, "x-redis", "GET a", "x-redis-upstream", "other");
		assertThat(this.decisions).containsExactly(Decision.Continue.INSTANCE);
		assertThat(exchange.requestHeaders.get("x-redis-reply")).isEqualTo("failed 1 0");
	}

	@ParameterizedTest
	@ValueSource(strings = { "SELECT 1", "select 1", "AUTH x", "HELLO 3", "SUBSCRIBE a", "MULTI", "EXEC", "WATCH a",
			"BLPOP a 0", "QUIT", "RESET", "MONITOR", "CLIENT REPLY OFF", "WAIT 1 0", "XREAD BLOCK 0 STREAMS a $",
			"XREADGROUP GROUP g c COUNT 1 block 5 STREAMS a >", "XREADGROUP GROUP STREAMS c BLOCK 0 STREAMS k >",
			"XREADGROUP COUNT 1 group g streams BLOCK 0 STREAMS k >", "XREAD BLOCK", "XREADGROUP GROUP g c BLOCK",
			"SHUTDOWN", "CONFIG SET dir /", "MIGRATE h 1 k 0 1", "REPLICAOF h 1", "DEBUG SLEEP 1" })
	void commandThatIsNotAllowedIsABadArgument(String command) {
		Plugin plugin = startWithRedis(configured(CONFIGURATION));
		FakeExchange exchange = run(plugin, "x-redis", command, "x-redis-upstream", "redis");
		assertThat(exchange.requestHeaders.get("x-redis-reply")).isEqualTo("status 2");
		assertThat(this.services.redisCalls).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "GET select", "XREAD COUNT 1 STREAMS block 0", "XREADGROUP GROUP BLOCK block STREAMS k >",
			"XREADGROUP GROUP g", "XREADGROUP GROUP", "EVAL return(1) 0", "LPOP a", "PUBLISH a b", "EVALSHA x 0",
			"SCAN 0", "TIME" })
	void commandThatIsAllowedIsSent(String command) {
		Plugin plugin = startWithRedis(configured(CONFIGURATION));
		plugin.openStream(exchange("x-redis", command, "x-redis-upstream", "redis"), 0)
			.requestHeaders(true, this.decisions::add);
		assertThat(this.services.redisCalls).extracting(RedisCallout::command).containsExactly(command);
	}

	@Test
	void whatIsNotOneCommandIsABadArgument() {
		Plugin plugin = startWithRedis(configured(CONFIGURATION));
		FakeExchange exchange = run(plugin, "x-redis-raw", "*1\\r\\n$4\\r\\nPING\\r\\n*1\\r\\n$4\\r\\nPING\\r\\n",
				"x-redis-upstream", "redis");
		assertThat(exchange.requestHeaders.get("x-redis-reply")).isEqualTo("status 2");
	}

	@Test
	void serverThatIsNotDeclaredIsABadArgument() {
		Plugin plugin = startWithRedis(spec());
		FakeExchange exchange = run(plugin, "x-redis-init", "unknown,,,0", "x-redis", "GET a", "x-redis-upstream",
				"unknown");
		assertThat(exchange.requestHeaders.get("x-redis-init-status")).isEqualTo("2");
		assertThat(exchange.requestHeaders.get("x-redis-reply")).isEqualTo("status 2");
	}

	@Test
	void invalidDatabaseIsABadArgument() {
		Plugin plugin = startWithRedis(spec());
		FakeExchange exchange = run(plugin, "x-redis-init", "redis?db=x,,,0");
		assertThat(exchange.requestHeaders.get("x-redis-init-status")).isEqualTo("2");
	}

	@Test
	void withoutClientForRedisCallsAreUnimplementedAndTheFilterIsWarnedOf() {
		Plugin plugin = start("redis_rust", spec());
		FakeExchange exchange = run(plugin, "x-redis-init", "redis,,,0", "x-redis", "GET a", "x-redis-upstream",
				"redis");
		assertThat(exchange.requestHeaders.get("x-redis-init-status")).isEqualTo("12");
		assertThat(exchange.requestHeaders.get("x-redis-reply")).isEqualTo("status 12");
		assertThat(plugin.status().warnings()).singleElement().asString().contains("env.proxy_redis_call");
	}

	@Test
	void laterInitReplacesTheConnectionUnlessItIsTheSame() {
		Plugin plugin = startWithRedis(spec());
		run(plugin, "x-redis-init", "redis?db=1,,,0");
		run(plugin, "x-redis-init", "redis?db=1,,,100");
		run(plugin, "x-redis-init", "redis?db=2,,,0");
		assertThat(this.services.redisEvents).containsExactly("open redis 1", "open redis 2", "close redis 1");
		plugin.close();
		assertThat(this.services.redisEvents).endsWith("close redis 2");
	}

	@Test
	void callsAreCancelledWithThePlugin() {
		Plugin plugin = startWithRedis(configured(CONFIGURATION));
		plugin.openStream(exchange("x-redis", "GET a", "x-redis-upstream", "redis"), 0)
			.requestHeaders(true, this.decisions::add);
		plugin.close();
		assertThat(this.services.redisEvents).containsExactly("open redis 4", "cancel GET a", "close redis 4");
		reply(0, ":1");
	}

	@Test
	void isolatedVmReturnsToTheConnectionsOfItsConfiguration() {
		Plugin plugin = startWithRedis(configured(CONFIGURATION).run((run) -> run.withIsolation(Isolation.STREAM)));
		run(plugin, "x-redis-init", "redis?db=1,,,0");
		assertThat(this.services.redisEvents).containsExactly("open redis 4", "open redis 1", "close redis 1");
		plugin.openStream(exchange("x-redis", "GET a", "x-redis-upstream", "redis"), 0)
			.requestHeaders(true, this.decisions::add);
		assertThat(this.services.redisCalls.get(0).target().database()).isEqualTo(4);
	}

	private Plugin startWithRedis(PluginSpec.Builder spec) {
		this.services.startRedis();
		return start("redis_rust", spec.vms(1).run((run) -> run.withWarmUp(0)));
	}

	private void reply(int call, String reply) {
		this.services.redisCalls.get(call)
			.result()
			.accept(new RedisResult.Reply((reply + "\r\n").getBytes(StandardCharsets.US_ASCII)));
	}

	private static final class FailingConnection implements RedisConnection {

		@Override
		public Cancellable send(List<byte[]> command, Duration timeout, Consumer<RedisResult> result) {
			result.accept(new RedisResult.Failure("down"));
			return () -> {
			};
		}

		@Override
		public void close() {
			// Nothing is connected.
		}

	}

}
