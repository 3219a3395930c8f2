package io.gatewaywasm.boot.shareddata;

import java.util.List;
import java.util.concurrent.FutureTask;
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
 * Integration tests for three gateways whose filters count together while their Redis
 * fails. A count that a filter has received is never lost.
 */
@Tag("slow")
@Timeout(600)
class ThreeGatewaysIntegrationTests {

	/** After each of these rounds, counting ends if the event is over. */
	private static final int REQUESTS = 90;

	private final AtomicInteger counted = new AtomicInteger();

	private final AtomicInteger failed = new AtomicInteger();

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
		if (this.address != null) {
			this.address.close();
		}
		if (this.redis != null) {
			this.redis.close();
		}
	}

	@Test
	void slowServerLosesNoCountThatAFilterWasToldOf() throws Exception {
		assertCounted(() -> {
			for (int i = 0; i < 3; i++) {
				execute("CLIENT PAUSE 1500 ALL");
				pause(1700);
			}
		});
		assertThat(this.failed).hasPositiveValue();
	}

	@Test
	void closedConnectionsLoseNoCountThatAFilterWasToldOf() throws Exception {
		AtomicInteger closed = new AtomicInteger();
		assertCounted(() -> {
			for (int i = 0; i < 10; i++) {
				String reply = this.redis.command("CLIENT KILL TYPE normal SKIPME yes");
				assertThat(reply).matches(":\\d+");
				closed.addAndGet(Integer.parseInt(reply.substring(1)));
				pause(100);
			}
		});
		assertThat(closed).hasValueGreaterThanOrEqualTo(this.gateways.size());
	}

	@Test
	void forgottenScriptsLoseNoCount() throws Exception {
		assertCounted(() -> {
			for (int i = 0; i < 20; i++) {
				execute("SCRIPT FLUSH SYNC");
				pause(50);
			}
		});
		assertThat(this.failed).hasValue(0);
	}

	@Test
	void serverThatAlternatesBetweenFullAndNotLosesNoCountThatAFilterWasToldOf() throws Exception {
		assertCounted(() -> {
			for (int i = 0; i < 3; i++) {
				int failures = this.failed.get();
				execute("CONFIG SET maxmemory 1");
				await(() -> assertThat(this.failed).hasValueGreaterThan(failures));
				int successes = this.counted.get();
				execute("CONFIG SET maxmemory 0");
				await(() -> assertThat(this.counted).hasValueGreaterThan(successes));
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
	 * Counts with all gateways until something has happened to the server, and
	 * afterwards.
	 */
	private void assertCounted(Runnable event) throws Exception {
		FutureTask<Void> meanwhile = new FutureTask<>(event, null);
		new Thread(meanwhile).start();
		do {
			IntStream.range(0, REQUESTS).parallel().forEach(this::count);
		}
		while (!meanwhile.isDone());
		meanwhile.get();
		this.gateways.forEach((gateway) -> await(
				() -> assertThat(shared(gateway, "strict", "shared-set:again=1")).isEqualTo("again=ok")));
		// The server may have executed commands whose reply came too late.
		int before = counted(0);
		assertThat(before).isBetween(this.counted.get(), this.counted.get() + this.failed.get());
		this.gateways.forEach((gateway) -> shared(gateway, "strict", "shared-incr:n"));
		IntStream.range(0, 3).forEach((i) -> assertThat(counted(i)).isEqualTo(before + 3));
	}

	private void count(int request) {
		int status = this.gateways.get(request % this.gateways.size())
			.get("/strict/x", "x-probe", "shared-incr:n")
			.statusCode();
		assertThat(status).isIn(200, 503);
		((status == 200) ? this.counted : this.failed).incrementAndGet();
	}

	private void execute(String command) {
		assertThat(this.redis.command(command)).isEqualTo("+OK");
	}

	private int counted(int gateway) {
		return Integer.parseInt(shared(this.gateways.get(gateway), "strict", "shared-get:n").substring("n=".length()));
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
