package io.gatewaywasm.boot.shareddata;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import io.gatewaywasm.boot.redis.RedisServer;
import io.gatewaywasm.boot.services.GatewayHostScheduler;
import io.gatewaywasm.host.shared.SharedLimits;
import io.gatewaywasm.host.spi.Cancellable;
import io.gatewaywasm.host.spi.RedisConnection;
import io.gatewaywasm.host.spi.RedisResult;
import io.gatewaywasm.host.spi.SharedScope;
import io.gatewaywasm.host.spi.SharedScope.Result;
import io.gatewaywasm.host.spi.SharedStoreException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link RedisStores} with more pending commands than the gateway keeps.
 */
@Timeout(120)
class StoreOverloadTests {

	private static final int LARGE = 8 << 20;

	private final GatewayHostScheduler scheduler = new GatewayHostScheduler(2);

	private final LargeCommands connection = new LargeCommands();

	private final RedisStores stores = stores(OnFailure.FAIL);

	private RedisStores stores(OnFailure onFailure) {
		return new RedisStores(new StorePolicy(SharedDataStore.REDIS, onFailure, Map.of()),
				new StoreSettings(
						new RedisServer("test", "localhost", 1, false, null, null, null, null, 1000,
								Duration.ofSeconds(60)),
						"p:", Duration.ofSeconds(60), Duration.ofSeconds(60), SharedLimits.DEFAULTS),
				(user, delay) -> this.connection, this.scheduler, StoreObserver.NONE);
	}

	@AfterEach
	void stop() {
		this.stores.destroy();
		this.scheduler.destroy();
	}

	@Test
	void refusedCommandIsNoOutage() throws Exception {
		SharedScope scope = this.stores.scope("vm");
		CompletableFuture<Result> set = CompletableFuture.supplyAsync(() -> scope.set("k", new byte[LARGE], 0));
		this.connection.next().accept(new RedisResult.Failure("too many commands", true));
		assertThat(set).failsWithin(Duration.ofSeconds(60))
			.withThrowableThat()
			.havingCause()
			.isInstanceOf(SharedStoreException.class)
			.withMessage("too many commands");
		assertThat(this.stores.outage()).isEmpty();
		assertThat(this.stores.scope("other").set("k", new byte[1], 0)).isEqualTo(Result.OK);
	}

	@Test
	void refusedCallNeverRunsInTheLocalStore() throws Exception {
		RedisStores local = stores(OnFailure.LOCAL);
		SharedScope scope = local.scope("vm");
		CompletableFuture<Result> first = CompletableFuture.supplyAsync(() -> scope.set("k", new byte[LARGE], 0));
		Consumer<RedisResult> pending = this.connection.next();
		assertThatExceptionOfType(SharedStoreException.class).isThrownBy(() -> scope.set("l", new byte[1], 0));
		assertThatExceptionOfType(SharedStoreException.class).isThrownBy(() -> scope.get("l"));
		pending.accept(reply());
		assertThat(first.get(60, TimeUnit.SECONDS)).isEqualTo(Result.OK);
		local.destroy();
	}

	@Test
	void otherFailuresAreAnOutage() throws Exception {
		SharedScope scope = this.stores.scope("vm");
		CompletableFuture<Result> set = CompletableFuture.supplyAsync(() -> scope.set("k", new byte[LARGE], 0));
		this.connection.next().accept(new RedisResult.Failure("the connection was closed"));
		assertThat(set).failsWithin(Duration.ofSeconds(60));
		assertThat(this.stores.outage()).containsEntry("reason", "the connection was closed");
	}

	@Test
	void vmIdHasAShareOfThePendingBytes() throws Exception {
		SharedScope scope = this.stores.scope("vm");
		CompletableFuture<Result> first = CompletableFuture.supplyAsync(() -> scope.set("k", new byte[LARGE], 0));
		Consumer<RedisResult> pending = this.connection.next();
		assertThatExceptionOfType(SharedStoreException.class).isThrownBy(() -> scope.set("l", new byte[1], 0));
		assertThat(this.stores.outage()).isEmpty();
		assertThat(this.stores.scope("other").set("k", new byte[1], 0)).isEqualTo(Result.OK);
		pending.accept(reply());
		assertThat(first.get(60, TimeUnit.SECONDS)).isEqualTo(Result.OK);
		assertThat(scope.set("l", new byte[1], 0)).isEqualTo(Result.OK);
	}

	private static RedisResult reply() {
		return new RedisResult.Reply("$1\r\nO\r\n".getBytes(StandardCharsets.US_ASCII));
	}

	/** Keeps large commands, and replies to the others immediately. */
	private static final class LargeCommands implements RedisConnection {

		private final BlockingQueue<Consumer<RedisResult>> kept = new LinkedBlockingQueue<>();

		private Consumer<RedisResult> next() throws InterruptedException {
			Consumer<RedisResult> result = this.kept.poll(60, TimeUnit.SECONDS);
			assertThat(result).as("large command").isNotNull();
			return result;
		}

		@Override
		public Cancellable send(List<byte[]> command, Duration timeout, Consumer<RedisResult> result) {
			if (command.stream().anyMatch((part) -> part.length >= LARGE)) {
				this.kept.add(result);
			}
			else {
				result.accept(reply());
			}
			return () -> {
			};
		}

		@Override
		public void close() {
			// There is nothing to close.
		}

	}

}
