package io.gatewaywasm.test;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

import io.gatewaywasm.test.callout.RedisCallout;
import io.gatewaywasm.test.callout.RedisReply;
import io.gatewaywasm.test.exchange.Exchange;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Filters that call Redis.
 */
@WasmFilterTest(value = "classpath:filters/redis_rust.wasm",
		configuration = "{ \"upstream\": \"limits?db=2\", \"user\": \"filters\", \"password\": \"secret\", \"timeout-ms\": 500 }")
class RedisFilterTests {

	@Test
	void functionOfTheTestReplies(FilterUnderTest filter) {
		AtomicLong counter = new AtomicLong(41);
		filter.redisUpstream("limits", (call) -> call.command().get(0).equals("INCR")
				? RedisReply.number(counter.incrementAndGet()) : RedisReply.missing());
		Exchange exchange = filter.get("/")
			.header("x-redis", "INCR a;GET b")
			.header("x-redis-upstream", "limits")
			.send();
		assertThat(exchange).forwarded().hasHeader("x-redis-reply", ":42;$-1");
		assertThat(filter.redisCalls()).extracting(Object::toString)
			.containsExactly("INCR a to limits", "GET b to limits");
		assertThat(filter.redisCalls().get(0).timeout()).isEqualTo(Duration.ofMillis(500));
		assertThat(filter.redisCalls().get(0).target().user()).isEqualTo("filters");
		assertThat(filter.redisCalls().get(0).target().database()).isEqualTo(2);
		assertThat(filter.trace().toString())
			.contains(
					"proxy_redis_init(upstream=\"limits?db=2\", user=\"filters\", password=\"secret\", timeout_ms=500)"
							+ " = OK")
			.contains(
					"proxy_redis_call(upstream=\"limits\", query=\"*2\\r\\n$4\\r\\nINCR\\r\\n$1\\r\\na\\r\\n\") = OK token=")
			.contains("proxy_on_redis_call_response(root=1, token=")
			.contains("status=0, size=5)");
	}

	@Test
	void testRepliesLater(FilterUnderTest filter) {
		filter.redisUpstream("limits");
		Exchange exchange = filter.get("/").header("x-redis", "GET a").send();
		assertThat(exchange).isPaused();
		RedisCallout call = filter.redisCalls().get(0);
		assertThat(call.isPending()).isTrue();
		assertThat(call.commandBytes()).hasSize(2);
		call.respond(RedisReply.array(RedisReply.status("OK"), RedisReply.text("b"), RedisReply.error("ERR none")));
		assertThat(exchange).forwarded().hasHeader("x-redis-reply", "*3 +OK $1 b -ERR none");
		assertThatIllegalStateException().isThrownBy(() -> call.respond(RedisReply.number(1)))
			.withMessage("The callout to 'limits' has already ended");
	}

	@Test
	void callWithoutReplyFailsAfterItsTimeout(FilterUnderTest filter) {
		filter.redisUpstream("limits");
		Exchange exchange = filter.get("/").header("x-redis", "GET a").send();
		filter.advance(Duration.ofMillis(499));
		assertThat(exchange).isPaused();
		filter.advance(Duration.ofMillis(1));
		assertThat(exchange).forwarded().hasHeader("x-redis-reply", "failed 1 0");
	}

	@Test
	void serverThatWasNotDeclaredCannotBeCalled(FilterUnderTest filter) {
		Exchange exchange = filter.get("/").header("x-redis", "GET a").send();
		assertThat(exchange).forwarded().hasHeader("x-redis-reply", "status 2");
		assertThat(filter.redisCalls()).isEmpty();
	}

	@Test
	void statusOfSeveralLinesIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> RedisReply.status("OK\r\n+OK"));
		assertThatIllegalArgumentException().isThrownBy(() -> RedisReply.array(RedisReply.failure("down")));
	}

}
