package io.gatewaywasm.boot.shareddata;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.boot.fixture.RedisProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for two gateways whose filters share data and queues in a real Redis.
 */
@Tag("slow")
@Timeout(600)
class ReplicasIntegrationTests {

	private static RedisProcess redis;

	private static GatewayFixture one;

	private static GatewayFixture two;

	@BeforeAll
	static void start() {
		redis = RedisProcess.start("--requirepass", "right");
		one = gateway().start();
		two = gateway().start();
	}

	private static GatewayFixture.Builder gateway() {
		return GatewayFixture.builder()
			.property("gateway.wasm.redis.state.uri", "redis://:right@127.0.0.1:" + redis.port())
			.property("gateway.wasm.shared-data.server", "state")
			.property("gateway.wasm.shared-data.store", "redis")
			.property("gateway.wasm.shared-data.timeout", "5s")
			.property("gateway.wasm.shared-data.vm-ids.own.store", "local")
			.property("gateway.wasm.shared-queues.redelivery", "30s")
			.plugin("limit", "rate_limit", "vm-id", "limit", "vms", "2", "configuration",
					"{\"requests\": 20, \"period-ms\": 600000}")
			.plugin("probe", "probe_rust", "vms", "2", "configuration", "queue=jobs")
			.plugin("own", "probe_rust", "vm-id", "own", "vms", "1", "configuration", "")
			.plugin("headers", "headers_as")
			.route("limit", "Wasm=limit")
			.route("probe", "Wasm=probe")
			.route("own", "Wasm=own")
			.route("headers", "Wasm=headers");
	}

	@AfterAll
	static void stop() {
		for (GatewayFixture gateway : new GatewayFixture[] { one, two }) {
			if (gateway != null) {
				gateway.close();
			}
		}
		if (redis != null) {
			redis.close();
		}
	}

	@Test
	void limitHoldsForBothGatewaysTogether() {
		AtomicInteger passed = new AtomicInteger();
		IntStream.range(0, 60).parallel().forEach((i) -> {
			int status = ((i % 2 == 0) ? one : two).get("/limit/x").statusCode();
			assertThat(status).isIn(200, 429);
			passed.addAndGet((status == 200) ? 1 : 0);
		});
		assertThat(passed).hasValue(20);
		assertThat(one.status("limit").counters().failures() + two.status("limit").counters().failures()).isZero();
	}

	@Test
	void countOfBothGatewaysIsExact() {
		// Of an absent key's number there is nothing to compare, as the ABI has it.
		probe(one, "/probe/x", "shared-set:n=0");
		IntStream.range(0, 100)
			.parallel()
			.forEach((i) -> assertThat(probe((i % 2 == 0) ? one : two, "/probe/x", "shared-incr:n").statusCode())
				.isEqualTo(200));
		probe(two, "/probe/x", "shared-get:n");
		assertThat(two.upstream().lastRequest().header("x-shared")).isEqualTo("n=100");
	}

	@Test
	void entriesAreProcessedOnceByWhicheverGatewayIsWoken() {
		// As above, the first to count must not be two at the same time.
		probe(one, "/probe/x", "shared-set:probe.queue.jobs=0");
		IntStream.range(0, 40)
			.parallel()
			.forEach((i) -> assertThat(probe(one, "/probe/x", "enqueue:jobs=" + i).statusCode()).isEqualTo(200));
		await(() -> {
			probe(one, "/probe/x", "shared-get:probe.queue.jobs");
			return "probe.queue.jobs=40".equals(one.upstream().lastRequest().header("x-shared"));
		});
	}

	@Test
	void onlyFiltersThatShareDataInRedisRunOnWorkerThreads() {
		assertThat(one.status("probe").instances().onWorkers()).isTrue();
		assertThat(one.status("limit").instances().onWorkers()).isTrue();
		assertThat(one.status("own").instances().onWorkers()).isFalse();
		assertThat(one.status("headers").instances().onWorkers()).isFalse();
	}

	@Test
	void vmIdWithItsOwnStoreSharesNothing() {
		probe(one, "/own/x", "shared-set:k=v");
		probe(two, "/own/x", "shared-get:k");
		assertThat(two.upstream().lastRequest().header("x-shared")).isEqualTo("k=absent");
	}

	@Test
	void filterOnEventLoopsDoesNotFindAQueueInRedis() {
		probe(one, "/own/x", "enqueue:/jobs=1");
		assertThat(one.upstream().lastRequest().header("x-queue")).isEqualTo("/jobs=absent");
	}

	private static HttpResponse<String> probe(GatewayFixture gateway, String path, String commands) {
		return gateway.get(path, "x-probe", commands);
	}

	private static void await(BooleanSupplier condition) {
		long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
		while (!condition.getAsBoolean()) {
			assertThat(System.nanoTime()).as("time").isLessThan(end);
			try {
				TimeUnit.MILLISECONDS.sleep(20);
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}
	}

}
