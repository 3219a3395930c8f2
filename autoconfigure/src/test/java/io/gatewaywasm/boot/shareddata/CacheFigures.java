package io.gatewaywasm.boot.shareddata;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

import io.gatewaywasm.boot.fixture.RedisProcess;
import io.gatewaywasm.boot.redis.LettuceConnections;
import io.gatewaywasm.boot.redis.RedisServer;
import io.gatewaywasm.boot.services.GatewayHostScheduler;
import io.gatewaywasm.host.shared.SharedLimits;
import io.gatewaywasm.host.spi.SharedScope;

/**
 * How many reads of shared data a cache in each of three replicas could answer if the
 * server's invalidations arrived at once and own writes were kept.
 * {@code benchmarks/replicas.sh} runs it.
 */
final class CacheFigures {

	private static final int REPLICAS = 3;

	private static final int CALLS = 5000;

	private final List<SharedScope> replicas;

	private CacheFigures(List<SharedScope> replicas) {
		this.replicas = replicas;
	}

	public static void main(String[] arguments) {
		try (RedisProcess redis = RedisProcess.start()) {
			print(redis);
		}
		System.exit(0);
	}

	static void print(RedisProcess redis) {
		RedisServer server = new RedisServer("test", "127.0.0.1", redis.port(), false, null, null, null, null, 1000,
				Duration.ofSeconds(10));
		StoreSettings settings = new StoreSettings(server, "cache:", Duration.ofSeconds(5), Duration.ofSeconds(30),
				SharedLimits.DEFAULTS);
		StorePolicy policy = new StorePolicy(SharedDataStore.REDIS, OnFailure.FAIL, Map.of());
		LettuceConnections connections = new LettuceConnections();
		GatewayHostScheduler scheduler = new GatewayHostScheduler(2);
		List<RedisStores> stores = IntStream.range(0, REPLICAS)
			.mapToObj((i) -> new RedisStores(policy, settings,
					(user, delay) -> connections.open(user, settings.serverWithRoom(), delay), scheduler,
					StoreObserver.NONE))
			.toList();
		List<SharedScope> scopes = stores.stream().map((store) -> store.scope("vm")).toList();
		CacheFigures figures = new CacheFigures(scopes);
		figures.run("a counter", 1);
		figures.run("a value that one of 100 requests sets", 100);
		stores.forEach(RedisStores::destroy);
		connections.destroy();
		scheduler.destroy();
	}

	/** Requests get the value, and one of so many sets it. Each comes to any replica. */
	private void run(String name, int sets) {
		this.replicas.get(0).set("k", new byte[] { '0' }, 0);
		Random random = new Random(1);
		int[] known = new int[REPLICAS];
		int writes = 1;
		int hits = 0;
		long[] times = new long[CALLS];
		for (int call = 0; call < CALLS; call++) {
			int replica = random.nextInt(REPLICAS);
			long start = System.nanoTime();
			SharedScope.Value value = this.replicas.get(replica).get("k");
			times[call] = System.nanoTime() - start;
			hits += (known[replica] == writes) ? 1 : 0;
			if (call % sets == 0) {
				this.replicas.get(replica).set("k", new byte[] { (byte) call }, value.cas());
				writes++;
			}
			known[replica] = writes;
		}
		Arrays.sort(times);
		System.out.printf("cache: of %s, a cache could answer %d %% of the gets, whose median is %d us%n", name,
				100 * hits / CALLS, times[CALLS / 2] / 1000);
	}

}
