package io.gatewaywasm.boot.shareddata;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

import io.gatewaywasm.boot.fixture.RedisProcess;
import io.gatewaywasm.boot.redis.LettuceConnections;
import io.gatewaywasm.boot.redis.RedisServer;
import io.gatewaywasm.boot.services.GatewayHostScheduler;
import io.gatewaywasm.host.shared.SharedLimits;
import io.gatewaywasm.host.spi.RedisConnection;
import io.gatewaywasm.host.spi.RedisResult;
import io.gatewaywasm.host.spi.SharedScope;
import io.gatewaywasm.host.spi.SharedScope.Result;
import io.gatewaywasm.host.spi.SharedScope.Value;
import io.gatewaywasm.host.spi.SharedStoreException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link RedisStores}: several replicas, each with its own connections and
 * memory, and a real Redis.
 */
@Tag("slow")
@Timeout(600)
class RedisStoresTests {

	private static final Duration PATIENT = Duration.ofSeconds(20);

	private static final Runnable NOBODY = () -> {
	};

	private final List<Replica> replicas = new ArrayList<>();

	private RedisProcess redis;

	@BeforeEach
	void startRedis() {
		this.redis = RedisProcess.start();
	}

	@AfterEach
	void stop() {
		this.replicas.forEach(Replica::close);
		if (this.redis != null) {
			this.redis.close();
		}
	}

	// --- Values

	@Test
	void valueIsSeenByAllReplicas() {
		SharedScope one = replica().scope("vm");
		SharedScope two = replica().scope("vm");
		assertThat(one.get("k")).isNull();
		assertThat(one.set("k", bytes("v"), 0)).isEqualTo(Result.OK);
		assertThat(text(two.get("k"))).isEqualTo("v");
		assertThat(two.get("k").cas()).isEqualTo(one.get("k").cas()).isPositive();
	}

	@Test
	void valueOfAnyBytesIsKept() {
		SharedScope one = replica().scope("v\r\n{}:%/\u00e4");
		byte[] all = new byte[256];
		IntStream.range(0, 256).forEach((i) -> all[i] = (byte) i);
		String key = new String(all, StandardCharsets.ISO_8859_1);
		assertThat(one.set(key, all, 0)).isEqualTo(Result.OK);
		assertThat(one.set("", new byte[0], 0)).isEqualTo(Result.OK);
		assertThat(one.get(key).data()).isEqualTo(all);
		assertThat(one.get("").data()).isEmpty();
	}

	@Test
	void compareAndSetIsExactAcrossReplicas() {
		List<SharedScope> scopes = List.of(replica().scope("vm"), replica().scope("vm"), replica().scope("vm"));
		SharedScope scope = scopes.get(0);
		scope.set("exact", bytes("0"), 0);
		IntStream.range(0, 6)
			.parallel()
			.forEach((i) -> IntStream.range(0, 50).forEach((n) -> increment(scopes.get(i % scopes.size()), "exact")));
		assertThat(text(scope.get("exact"))).isEqualTo("300");
	}

	private static void increment(SharedScope scope, String key) {
		Result result;
		do {
			Value before = scope.get(key);
			result = scope.set(key, bytes(Integer.toString(Integer.parseInt(text(before)) + 1)), before.cas());
		}
		while (result == Result.CAS_MISMATCH);
		assertThat(result).isEqualTo(Result.OK);
	}

	@Test
	void numberOfAnotherValueIsAMismatchAndAnAbsentKeyIsSetWhateverTheNumber() {
		SharedScope one = replica().scope("vm");
		assertThat(one.set("k", bytes("1"), 77)).isEqualTo(Result.OK);
		int first = one.get("k").cas();
		assertThat(one.set("k", bytes("2"), first)).isEqualTo(Result.OK);
		assertThat(one.set("k", bytes("3"), first)).isEqualTo(Result.CAS_MISMATCH);
		assertThat(one.set("k", bytes("3"), -1)).isEqualTo(Result.CAS_MISMATCH);
		assertThat(text(one.get("k"))).isEqualTo("2");
		assertThat(one.set("k", bytes("4"), 0)).isEqualTo(Result.OK);
	}

	@Test
	void boundsHoldForAllReplicasTogether() {
		SharedLimits small = new SharedLimits(2, 20, 1, 2, 10);
		SharedScope one = replica(small, OnFailure.FAIL, "a:").scope("vm");
		SharedScope two = replica(small, OnFailure.FAIL, "a:").scope("vm");
		assertThat(one.set("a", bytes("12345678"), 0)).isEqualTo(Result.OK);
		assertThat(two.set("b", bytes("123456789012"), 0)).isEqualTo(Result.FULL);
		assertThat(two.set("b", bytes("1"), 0)).isEqualTo(Result.OK);
		assertThat(one.set("c", bytes("1"), 0)).isEqualTo(Result.FULL);
		assertThat(one.set("a", bytes("1"), 0)).isEqualTo(Result.OK);
		assertThat(two.set("b", bytes("1234567890"), 0)).isEqualTo(Result.OK);
		assertThat(two.set("b", bytes("x".repeat(20)), 0)).isEqualTo(Result.FULL);
		assertThat(two.set("x".repeat(30), bytes(""), 0)).isEqualTo(Result.FULL);
		assertThat(two.get("x".repeat(30))).isNull();
		int token = one.registerQueue("q", NOBODY);
		assertThat(two.registerQueue("other", NOBODY)).isZero();
		assertThat(one.registerQueue("q".repeat(1025), NOBODY)).isZero();
		assertThat(one.enqueue(token, bytes("12345678901"))).isEqualTo(Result.FULL);
		assertThat(one.enqueue(token, bytes("12345678"))).isEqualTo(Result.OK);
		assertThat(one.enqueue(token, bytes("123"))).isEqualTo(Result.FULL);
		assertThat(one.enqueue(token, bytes("12"))).isEqualTo(Result.OK);
		assertThat(one.enqueue(token, bytes(""))).isEqualTo(Result.FULL);
		one.dequeue(token).processed().run();
		one.dequeue(token).processed().run();
		await(() -> one.enqueue(token, bytes("1234567890")) == Result.OK);
	}

	@Test
	void vmIdsAndPrefixesDoNotSeeEachOther() {
		SharedScope one = replica().scope("a");
		assertThat(one.set("k", bytes("v"), 0)).isEqualTo(Result.OK);
		assertThat(replica().scope("b").get("k")).isNull();
		assertThat(replica().scope("").get("k")).isNull();
		assertThat(replica(SharedLimits.DEFAULTS, OnFailure.FAIL, "other:").scope("a").get("k")).isNull();
		int token = one.registerQueue("b}:data", NOBODY);
		one.enqueue(token, bytes("x"));
		assertThat(replica().scope("a}:queue:b").get("x")).isNull();
	}

	// --- Queues

	@Test
	void entryIsTakenOnceAndItsOwnerInSomeReplicaIsWokenOnce() {
		AtomicInteger woken = new AtomicInteger();
		SharedScope one = replica().scope("vm");
		SharedScope two = replica().scope("vm");
		SharedScope sender = replica().scope("vm");
		int first = one.registerQueue("q", woken::incrementAndGet);
		int second = two.registerQueue("q", woken::incrementAndGet);
		int token = sender.resolveQueue("q");
		assertThat(token).isNotZero();
		assertThat(sender.resolveQueue("missing")).isZero();
		assertThat(sender.enqueue(token, bytes("1"))).isEqualTo(Result.OK);
		assertThat(sender.enqueue(token, bytes("2"))).isEqualTo(Result.OK);
		await(() -> woken.get() == 2);
		assertThat(take(one, first)).isEqualTo("1");
		assertThat(take(two, second)).isEqualTo("2");
		assertThat(one.dequeue(first)).isNull();
		assertThat(two.dequeue(second)).isNull();
		assertThat(woken).hasValue(2);
	}

	@Test
	void entriesWithoutAnOwnerAreAnnouncedToTheNextOne() {
		AtomicInteger woken = new AtomicInteger();
		SharedScope one = replica().scope("vm");
		int token = one.registerQueue("q", NOBODY);
		one.releaseQueue(token, NOBODY);
		one.enqueue(token, bytes("1"));
		one.enqueue(token, bytes("2"));
		replica().scope("vm").registerQueue("q", woken::incrementAndGet);
		await(() -> woken.get() == 2);
	}

	@Test
	void entryThatALostReplicaHadTakenIsDeliveredAgain() {
		AtomicInteger woken = new AtomicInteger();
		Replica lost = replica();
		SharedScope one = lost.scope("vm");
		int token = one.registerQueue("q", NOBODY);
		one.enqueue(token, bytes("1"));
		assertThat(new String(one.dequeue(token).data(), StandardCharsets.UTF_8)).isEqualTo("1");
		lost.close();
		SharedScope two = replica().scope("vm");
		int again = two.registerQueue("q", woken::incrementAndGet);
		AtomicReference<SharedScope.Entry> entry = new AtomicReference<>();
		// As a guest does, which looks when it is woken.
		await(() -> woken.getAndSet(0) > 0 && entry.compareAndSet(null, two.dequeue(again)) && entry.get() != null);
		assertThat(new String(entry.get().data(), StandardCharsets.UTF_8)).isEqualTo("1");
		assertThat(two.dequeue(again)).isNull();
		entry.get().processed().run();
	}

	@Test
	void queueIsMadeAgainAfterRedisWasRestartedEmpty() {
		AtomicInteger woken = new AtomicInteger();
		SharedScope one = replica().scope("vm");
		SharedScope two = replica().scope("vm");
		int token = one.registerQueue("q", woken::incrementAndGet);
		restart();
		await(() -> succeeds(() -> two.resolveQueue("q") != 0));
		await(() -> succeeds(() -> two.enqueue(two.resolveQueue("q"), bytes("1")) == Result.OK));
		await(() -> woken.get() > 0);
		AtomicReference<String> taken = new AtomicReference<>();
		await(() -> succeeds(() -> taken.getAndSet(take(one, token)) == null));
		assertThat(taken).hasValue("1");
	}

	@Test
	void queueIsUnknownToOtherVmIds() {
		Replica replica = replica();
		SharedScope owner = replica.scope("owner");
		SharedScope other = replica.scope("other");
		int token = owner.registerQueue("q", NOBODY);
		assertThat(owner.enqueue(token, bytes("1"))).isEqualTo(Result.OK);
		assertThat(other.hasQueue(token)).isFalse();
		assertThat(other.dequeue(token)).isNull();
		assertThat(other.enqueue(token, bytes("2"))).isEqualTo(Result.NOT_FOUND);
		assertThat(take(owner, token)).isEqualTo("1");
		assertThat(owner.dequeue(token)).isNull();
	}

	// --- Failures

	@Test
	void outageIsAFailureAndTheStoreComesBackByItself() {
		Replica replica = replica();
		SharedScope one = replica.scope("vm");
		int token = one.registerQueue("q", NOBODY);
		one.set("k", bytes("v"), 0);
		int port = this.redis.port();
		this.redis.close();
		assertThatExceptionOfType(SharedStoreException.class).isThrownBy(() -> one.get("k"));
		assertThatExceptionOfType(SharedStoreException.class).isThrownBy(() -> one.set("k", bytes("w"), 1));
		assertThatExceptionOfType(SharedStoreException.class).isThrownBy(() -> one.enqueue(token, bytes("1")));
		assertThatExceptionOfType(SharedStoreException.class).isThrownBy(() -> one.dequeue(token));
		assertThatExceptionOfType(SharedStoreException.class).isThrownBy(() -> one.resolveQueue("other"));
		assertThatExceptionOfType(SharedStoreException.class).isThrownBy(() -> one.registerQueue("other", NOBODY));
		assertThat(replica.stores.outage()).containsKeys("reason", "since");
		this.redis = RedisProcess.startAt(port);
		await(() -> succeeds(() -> one.set("k", bytes("x"), 0) == Result.OK));
		assertThat(replica.stores.outage()).isEmpty();
		assertThat(text(one.get("k"))).isEqualTo("x");
	}

	@Test
	void replicaUsesItsOwnStoreDuringAnOutageIfConfigured() {
		SharedScope one = replica(SharedLimits.DEFAULTS, OnFailure.LOCAL, "p:").scope("vm");
		AtomicInteger woken = new AtomicInteger();
		int token = one.registerQueue("q", woken::incrementAndGet);
		one.set("k", bytes("redis"), 0);
		int number = one.get("k").cas();
		int port = this.redis.port();
		this.redis.close();
		assertThat(one.get("k")).isNull();
		assertThat(one.set("k", bytes("own"), 0)).isEqualTo(Result.OK);
		assertThat(one.set("k", bytes("lost"), number)).isEqualTo(Result.CAS_MISMATCH);
		int own = one.get("k").cas();
		assertThat(own).isNegative();
		assertThat(one.enqueue(token, bytes("kept"))).isEqualTo(Result.OK);
		await(() -> woken.get() == 1);
		this.redis = RedisProcess.startAt(port);
		await(() -> one.get("k") == null);
		one.set("k", bytes("redis again"), 0);
		assertThat(one.set("k", bytes("stale"), own)).isEqualTo(Result.CAS_MISMATCH);
		assertThat(take(one, token)).isEqualTo("kept");
	}

	@Test
	void serverThatDoesNotRespondTimesOutOnce() throws Exception {
		SharedScope one = replica(SharedLimits.DEFAULTS, OnFailure.FAIL, "p:", Duration.ofSeconds(2)).scope("vm");
		one.set("k", bytes("v"), 0);
		signal("STOP");
		long start = System.nanoTime();
		for (int i = 0; i < 200; i++) {
			assertThatExceptionOfType(SharedStoreException.class).isThrownBy(() -> one.get("k"));
		}
		// One timeout for the first call, or a few, and not two hundred.
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(200 * 2 / 2));
		signal("CONT");
		await(() -> succeeds(() -> text(one.get("k")).equals("v")));
	}

	@Test
	void serverThatRefusesWritesCountsAsDownForReadsAsWell() {
		Replica replica = replica();
		SharedScope one = replica.scope("vm");
		one.set("k", bytes("v"), 0);
		command("CONFIG", "SET", "maxmemory", "1");
		assertThatExceptionOfType(SharedStoreException.class).isThrownBy(() -> one.set("k", bytes("w"), 0));
		assertThatExceptionOfType(SharedStoreException.class).isThrownBy(() -> one.get("k"));
		assertThat(replica.stores.outage().get("reason").toString()).contains("OOM");
		command("CONFIG", "SET", "maxmemory", "0");
		await(() -> succeeds(() -> text(one.get("k")).equals("v")));
		command("REPLICAOF", "127.0.0.1", Integer.toString(RedisProcess.freePort()));
		assertThatExceptionOfType(SharedStoreException.class).isThrownBy(() -> one.set("k", bytes("w"), 0));
		assertThat(replica.stores.outage().get("reason").toString()).contains("READONLY");
		command("REPLICAOF", "NO", "ONE");
		await(() -> succeeds(() -> one.set("k", bytes("w"), 0) == Result.OK));
	}

	@Test
	void foreignKeysFailInsteadOfBeingRead() {
		SharedScope one = replica().scope("vm");
		command("SET", "gateway-wasm:{vm}:data", "x");
		assertThatExceptionOfType(SharedStoreException.class).isThrownBy(() -> one.get("k"));
		command("DEL", "gateway-wasm:{vm}:data");
		command("HSET", "gateway-wasm:{vm}:data", "vk", "x");
		await(() -> succeeds(() -> one.get("k") == null));
	}

	@Test
	void foreignKeyFailsCallsOfItsVmIdOnly() {
		Replica replica = replica();
		SharedScope one = replica.scope("vm");
		SharedScope other = replica.scope("other");
		int token = other.registerQueue("q", NOBODY);
		other.set("k", bytes("v"), 0);
		command("SET", "gateway-wasm:{vm}:data", "x");
		for (int i = 0; i < 20; i++) {
			assertThatExceptionOfType(SharedStoreException.class).isThrownBy(() -> one.get("k"));
			assertThatExceptionOfType(SharedStoreException.class).isThrownBy(() -> one.set("k", bytes("v"), 0));
			assertThat(text(other.get("k"))).isEqualTo("v");
			assertThat(other.enqueue(token, bytes("1"))).isEqualTo(Result.OK);
		}
		assertThat(replica.stores.outage()).isEmpty();
	}

	@Test
	void evictedDataIsAbsentAndItsLimitsStartAtZero() {
		SharedLimits small = new SharedLimits(1, 100, 1, 1, 10);
		SharedScope one = replica(small, OnFailure.FAIL, "gateway-wasm:").scope("vm");
		int token = one.registerQueue("q", NOBODY);
		one.set("k", bytes("v"), 0);
		int number = one.get("k").cas();
		one.enqueue(token, bytes("1234567890"));
		command("FLUSHALL");
		command("SCRIPT", "FLUSH");
		assertThat(one.get("k")).isNull();
		assertThat(one.dequeue(token)).isNull();
		assertThat(one.set("other", bytes("v"), 0)).isEqualTo(Result.OK);
		assertThat(one.get("other").cas()).isNotEqualTo(number);
		assertThat(one.enqueue(token, bytes("1234567890"))).isEqualTo(Result.OK);
		assertThat(take(one, token)).isEqualTo("1234567890");
	}

	@Test
	void userWithTheRightsThatTheDocumentationNamesIsEnough() {
		command("ACL", "SETUSER", "gateway", "on", ">pw", "~gateway-wasm:*", "-@all", "+@connection", "+@hash",
				"+@stream", "+@list", "+@scripting", "+set", "+del", "+exists", "+time");
		RedisServer server = new RedisServer("test", "127.0.0.1", this.redis.port(), false, null, "gateway", "pw", null,
				1000, Duration.ofSeconds(10));
		Replica replica = new Replica(new StorePolicy(SharedDataStore.REDIS, OnFailure.FAIL, Map.of()),
				new StoreSettings(server, "gateway-wasm:", PATIENT, Duration.ofSeconds(1), SharedLimits.DEFAULTS));
		this.replicas.add(replica);
		SharedScope one = replica.scope("vm");
		assertThat(one.set("k", bytes("v"), 0)).isEqualTo(Result.OK);
		AtomicInteger woken = new AtomicInteger();
		int token = one.registerQueue("q", woken::incrementAndGet);
		assertThat(one.enqueue(token, bytes("1"))).isEqualTo(Result.OK);
		await(() -> woken.get() > 0);
		assertThat(take(one, token)).isEqualTo("1");
	}

	@Test
	void vmIdCanHaveAnotherStore() {
		StorePolicy policy = new StorePolicy(SharedDataStore.LOCAL, OnFailure.FAIL,
				Map.of("shared", new StorePolicy.Choice(SharedDataStore.REDIS, OnFailure.FAIL)));
		Replica one = new Replica(policy, settings(SharedLimits.DEFAULTS, "gateway-wasm:", PATIENT));
		this.replicas.add(one);
		assertThat(one.scope("shared").isRemote()).isTrue();
		assertThat(one.scope("own").isRemote()).isFalse();
		assertThat(one.stores.known("shared")).isSameAs(one.scope("shared"));
		assertThat(one.stores.known("never")).isNull();
		assertThat(one.scope("own").registerQueue("q", NOBODY))
			.isNotEqualTo(one.scope("shared").registerQueue("q", NOBODY));
	}

	// --- Fixture

	private Replica replica() {
		return replica(SharedLimits.DEFAULTS, OnFailure.FAIL, "gateway-wasm:");
	}

	private Replica replica(SharedLimits limits, OnFailure onFailure, String prefix) {
		return replica(limits, onFailure, prefix, PATIENT);
	}

	private Replica replica(SharedLimits limits, OnFailure onFailure, String prefix, Duration timeout) {
		Replica replica = new Replica(new StorePolicy(SharedDataStore.REDIS, onFailure, Map.of()),
				settings(limits, prefix, timeout));
		this.replicas.add(replica);
		return replica;
	}

	private StoreSettings settings(SharedLimits limits, String prefix, Duration timeout) {
		RedisServer server = new RedisServer("test", "127.0.0.1", this.redis.port(), false, null, null, null, null,
				1000, Duration.ofSeconds(10));
		return new StoreSettings(server, prefix, timeout, Duration.ofSeconds(1), limits);
	}

	private void restart() {
		int port = this.redis.port();
		this.redis.close();
		this.redis = RedisProcess.startAt(port);
	}

	private void signal(String signal) throws Exception {
		new ProcessBuilder("kill", "-" + signal, Long.toString(this.redis.pid())).inheritIO().start().waitFor();
	}

	private void command(String... command) {
		LettuceConnections connections = new LettuceConnections();
		RedisConnection connection = connections.open("test", settings(SharedLimits.DEFAULTS, "", PATIENT).server(),
				Duration.ofSeconds(1));
		List<RedisResult> results = new ArrayList<>();
		synchronized (results) {
			connection.send(Arrays.stream(command).map(RedisStoresTests::bytes).toList(), PATIENT, (result) -> {
				synchronized (results) {
					results.add(result);
				}
			});
		}
		await(() -> {
			synchronized (results) {
				return !results.isEmpty();
			}
		});
		connections.destroy();
	}

	private static boolean succeeds(BooleanSupplier condition) {
		try {
			return condition.getAsBoolean();
		}
		catch (SharedStoreException ex) {
			return false;
		}
	}

	private static void await(BooleanSupplier condition) {
		long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
		while (!condition.getAsBoolean()) {
			assertThat(System.nanoTime()).as("time").isLessThan(end);
			try {
				Thread.sleep(10);
			}
			catch (InterruptedException ex) {
				throw new IllegalStateException(ex);
			}
		}
	}

	private static String take(SharedScope scope, int token) {
		SharedScope.Entry entry = scope.dequeue(token);
		entry.processed().run();
		return new String(entry.data(), StandardCharsets.UTF_8);
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private static String text(Value value) {
		return new String(value.data(), StandardCharsets.UTF_8);
	}

	/** What one gateway process has. */
	private static final class Replica {

		private final LettuceConnections connections = new LettuceConnections();

		private final GatewayHostScheduler scheduler = new GatewayHostScheduler(2);

		private final RedisStores stores;

		private Replica(StorePolicy policy, StoreSettings settings) {
			this.stores = new RedisStores(policy, settings,
					(user, delay) -> this.connections.open(user, settings.serverWithRoom(), delay), this.scheduler,
					StoreObserver.NONE);
		}

		private SharedScope scope(String vmId) {
			return this.stores.scope(vmId);
		}

		private void close() {
			this.stores.destroy();
			this.connections.destroy();
			this.scheduler.destroy();
		}

	}

}
