package io.gatewaywasm.boot.gateway;

import java.time.Duration;
import java.util.Optional;

import brave.Span.Kind;
import brave.handler.MutableSpan;
import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.boot.fixture.GrpcServer;
import io.gatewaywasm.boot.fixture.RedisProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Integration tests for the spans of gRPC and Redis calls, with a real tracer, server and
 * Redis.
 */
@Tag("slow")
@Timeout(180)
class CalloutTracingIntegrationTests {

	private static GrpcServer server;

	private static RedisProcess redis;

	private static GatewayFixture gateway;

	@BeforeAll
	static void start() {
		redis = RedisProcess.start();
		server = new GrpcServer();
		gateway = TracingIntegrationTests.builder()
			.property("gateway.wasm.observations.enabled", "true")
			.property("gateway.wasm.upstreams.auth.uri", "grpc://localhost:" + server.port())
			.property("gateway.wasm.upstreams.down.uri", "http://localhost:1")
			.property("gateway.wasm.redis.cache.uri", redis.uri())
			.property("gateway.wasm.redis.gone.uri", "redis://127.0.0.1:" + RedisProcess.freePort())
			.plugin("redis", "redis_rust")
			.route("redis", "Wasm=redis")
			.start();
	}

	@AfterAll
	static void stop() {
		if (gateway != null) {
			gateway.close();
			server.close();
		}
		if (redis != null) {
			redis.close();
		}
	}

	@BeforeEach
	void clear() {
		TracingIntegrationTests.SPANS.clear();
	}

	@Test
	void grpcCallIsAClientSpanWhoseTraceContinues() {
		probe("grpc-stream:auth:test.Service/Echo:hi:1");
		MutableSpan call = span("wasm call of probe");
		MutableSpan filter = span("wasm probe");
		assertThat(call.kind()).isEqualTo(Kind.CLIENT);
		assertThat(call.traceId()).isEqualTo(filter.traceId());
		assertThat(call.parentId()).isEqualTo(filter.id());
		assertThat(call.remoteServiceName()).isEqualTo("auth");
		assertThat(call.error()).isNull();
		assertThat(call.tags()).containsEntry("upstream", "auth")
			.containsEntry("type", "grpc")
			.containsEntry("operation", "test.Service/Echo")
			.containsEntry("outcome", "response")
			.containsEntry("status", "0");
		// The server echoes the headers that it received
		assertThat(gateway.upstream().lastRequest().header("x-grpc-initial")).contains("x-b3-spanid=" + call.id())
			.contains("x-probe-metadata=from the guest");
	}

	@Test
	void unaryGrpcCallIsASpanToo() {
		probe("grpc-call:auth:test.Service/Echo:hello");
		assertThat(gateway.upstream().lastRequest().header("x-grpc-status")).isEqualTo("0");
		assertThat(span("wasm call of probe").tags()).containsEntry("status", "0");
	}

	@Test
	void grpcCallsThatFailAreErrors() {
		probe("grpc-call:auth:test.Service/Fail:hello");
		assertFailed("7", "The callout failed: gRPC status 7: no way");
		probe("grpc-call:unlisted:test.Service/Echo:hello");
		assertFailed("none", "The callout failed: the upstream is not declared");
		probe("grpc-call:down:test.Service/Echo:hello");
		assertFailed("14", "The callout failed: gRPC status 14");
		probe("call-timeout:200,grpc-call:auth:test.Service/Never:hello");
		assertFailed("4", "The callout failed: gRPC status 4");
	}

	@Test
	void cancelledGrpcCallEnds() {
		probe("grpc-cancel:auth:test.Service/Never:cancel-me");
		MutableSpan call = span("wasm call of probe");
		assertThat(call.tags()).containsEntry("outcome", "cancelled").containsEntry("status", "none");
		assertThat(call.error()).isNull();
	}

	@Test
	void redisCallIsAClientSpan() {
		redis("SET key s3cr3t", "cache");
		MutableSpan call = span("wasm call of redis");
		MutableSpan filter = span("wasm redis");
		assertThat(call.kind()).isEqualTo(Kind.CLIENT);
		assertThat(call.parentId()).isEqualTo(filter.id());
		assertThat(call.remoteServiceName()).isEqualTo("cache");
		assertThat(call.error()).isNull();
		assertThat(call.tags()).containsEntry("type", "redis")
			.containsEntry("operation", "SET")
			.containsEntry("outcome", "response")
			.containsEntry("status", "ok");
		assertThat(call.tags().values()).noneMatch((value) -> value.contains("s3cr3t"));
	}

	@Test
	void errorThatRedisRepliesIsOneInTheTrace() {
		redis("LPUSH list a;INCR list", "cache");
		MutableSpan call = await().atMost(Duration.ofSeconds(30))
			.until(() -> TracingIntegrationTests.SPANS.finished()
				.stream()
				.filter((span) -> "INCR".equals(span.tags().get("operation")))
				.findFirst(), Optional::isPresent)
			.get();
		assertThat(call.tags()).containsEntry("outcome", "response").containsEntry("status", "error");
		assertThat(call.error()).hasMessageContaining("WRONGTYPE");
	}

	@Test
	void redisThatIsGoneIsAnErrorInTheTrace() {
		redis("PING", "gone");
		MutableSpan call = span("wasm call of redis");
		assertThat(call.tags()).containsEntry("outcome", "failure").containsEntry("status", "none");
		assertThat(call.error()).hasMessageStartingWith("The callout failed: ");
	}

	private static void assertFailed(String status, String message) {
		MutableSpan call = span("wasm call of probe");
		assertThat(call.tags()).containsEntry("outcome", "failure").containsEntry("status", status);
		assertThat(call.error()).hasMessageStartingWith(message);
		TracingIntegrationTests.SPANS.clear();
	}

	private static void probe(String commands) {
		assertThat(gateway.get("/traced/x", "x-probe", commands).statusCode()).isEqualTo(200);
	}

	private static void redis(String commands, String server) {
		assertThat(gateway.get("/redis/x", "x-redis", commands, "x-redis-upstream", server).statusCode())
			.isEqualTo(200);
	}

	private static MutableSpan span(String name) {
		return await().atMost(Duration.ofSeconds(30))
			.until(() -> TracingIntegrationTests.SPANS.finished()
				.stream()
				.filter((span) -> name.equals(span.name()))
				.findFirst(), Optional::isPresent)
			.get();
	}

}
