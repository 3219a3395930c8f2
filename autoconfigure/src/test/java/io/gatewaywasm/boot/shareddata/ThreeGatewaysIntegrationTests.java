package io.gatewaywasm.boot.shareddata;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import io.gatewaywasm.boot.fixture.GatewayFixture;
import io.gatewaywasm.boot.fixture.RedisProcess;
import io.gatewaywasm.boot.fixture.TcpRelay;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static io.gatewaywasm.boot.shareddata.StoreGateways.await;
import static io.gatewaywasm.boot.shareddata.StoreGateways.shared;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Integration tests for three gateways whose filters count together while something
 * happens to their Redis. A count that a filter was told of is never lost.
 */
@Tag("slow")
@Timeout(600)
class ThreeGatewaysIntegrationTests {

	private static final int REQUESTS = 90;

	private RedisProcess redis;

	private TcpRelay address;

	private List<GatewayFixture> gateways = List.of();

	@BeforeEach
	void start() {
		this.redis = RedisProcess.start();
		this.address = new TcpRelay(this.redis.port());
		this.gateways = IntStream.range(0, 3)
			.mapToObj((i) -> StoreGateways.builder(this.address.port())
				.property("gateway.wasm.shared-data.timeout", "1s")
				.start())
			.toList();
		assertThat(shared(this.gateways.get(0), "strict", "shared-set:n=0")).isEqualTo("n=ok");
	}

	@AfterEach
	void stop() {
		this.gateways.forEach(GatewayFixture::close);
		this.address.close();
		this.redis.close();
	}

	@Test
	void slowServerLosesNoCountThatAFilterWasToldOf() {
		assertCounted(() -> {
			for (int i = 0; i < 3; i++) {
				this.redis.command("CLIENT PAUSE 1500 ALL");
				pause(1700);
			}
		});
	}

	@Test
	void closedConnectionsLoseNoCountThatAFilterWasToldOf() {
		assertCounted(() -> {
			for (int i = 0; i < 10; i++) {
				this.redis.command("CLIENT KILL TYPE normal SKIPME yes");
				pause(100);
			}
		});
	}

	@Test
	void forgottenScriptsLoseNoCount() {
		int counted = assertCounted(() -> {
			for (int i = 0; i < 20; i++) {
				this.redis.command("SCRIPT FLUSH SYNC");
				pause(50);
			}
		});
		assertThat(counted).isEqualTo(REQUESTS);
	}

	@Test
	void serverThatAlternatesBetweenFullAndNotLosesNoCountThatAFilterWasToldOf() {
		assertCounted(() -> {
			for (int i = 0; i < 5; i++) {
				this.redis.command("CONFIG SET maxmemory 1");
				pause(100);
				this.redis.command("CONFIG SET maxmemory 0");
				pause(300);
			}
		});
	}

	@Test
	void serverThatAsksForAPasswordAfterItsRestartIsAFailureUntilItDoesNot() {
		this.redis.close();
		try (RedisProcess locked = RedisProcess.start("--requirepass", "secret")) {
			this.address.leadTo(locked.port());
			for (GatewayFixture gateway : this.gateways) {
				assertThat(gateway.get("/strict/x", "x-probe", "shared-get:n").statusCode()).isEqualTo(503);
				assertThat(shared(gateway, "lenient", "shared-set:n=1")).isEqualTo("n=ok");
			}
		}
		try (RedisProcess open = RedisProcess.start()) {
			this.address.leadTo(open.port());
			for (GatewayFixture gateway : this.gateways) {
				await(() -> assertThat(shared(gateway, "strict", "shared-get:n")).isEqualTo("n=absent"));
				assertThat(shared(gateway, "lenient", "shared-get:n")).isEqualTo("n=absent");
			}
		}
	}

	/**
	 * Counts with all gateways while something happens to the server, and afterwards.
	 * Returns how many requests counted successfully meanwhile.
	 */
	private int assertCounted(Runnable event) {
		AtomicInteger counted = new AtomicInteger();
		AtomicInteger failed = new AtomicInteger();
		Thread meanwhile = new Thread(event);
		meanwhile.start();
		IntStream.range(0, REQUESTS).parallel().forEach((i) -> {
			int status = this.gateways.get(i % this.gateways.size())
				.get("/strict/x", "x-probe", "shared-incr:n")
				.statusCode();
			assertThat(status).isIn(200, 503);
			((status == 200) ? counted : failed).incrementAndGet();
		});
		join(meanwhile);
		this.gateways.forEach((gateway) -> await(
				() -> assertThat(shared(gateway, "strict", "shared-set:again=1")).isEqualTo("again=ok")));
		// The server may have executed commands whose reply came too late.
		int before = count(0);
		assertThat(before).isBetween(counted.get(), counted.get() + failed.get());
		this.gateways.forEach((gateway) -> shared(gateway, "strict", "shared-incr:n"));
		IntStream.range(0, 3).forEach((i) -> assertThat(count(i)).isEqualTo(before + 3));
		return counted.get();
	}

	private int count(int gateway) {
		return Integer.parseInt(shared(this.gateways.get(gateway), "strict", "shared-get:n").substring("n=".length()));
	}

	private static void join(Thread thread) {
		try {
			thread.join();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void pause(long millis) {
		try {
			Thread.sleep(millis);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
