package io.gatewaywasm.boot.shareddata;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.gatewaywasm.boot.redis.RedisServer;
import io.gatewaywasm.boot.services.GatewayHostScheduler;
import io.gatewaywasm.host.shared.SharedLimits;
import io.gatewaywasm.host.spi.Cancellable;
import io.gatewaywasm.host.spi.RedisConnection;
import io.gatewaywasm.host.spi.RedisResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link QueueWakeUps}.
 */
@Timeout(120)
class QueueWakeUpsTests {

	private static final StoreSettings SETTINGS = new StoreSettings(
			new RedisServer("test", "localhost", 1, false, null, null, null, null, 1000, Duration.ofSeconds(60)), "p:",
			Duration.ofSeconds(60), Duration.ofSeconds(3600), SharedLimits.DEFAULTS);

	private final GatewayHostScheduler scheduler = new GatewayHostScheduler(2);

	private final Commands connection = new Commands();

	private final Map<String, StoreQueue> queues = new ConcurrentHashMap<>();

	private final QueueWakeUps wakeUps = new QueueWakeUps(
			new RedisStore(this.connection, SETTINGS, this.scheduler, StoreObserver.NONE), this.connection, SETTINGS,
			this.scheduler, this.queues.values());

	@AfterEach
	void stop() {
		this.wakeUps.close();
		this.scheduler.destroy();
	}

	private void queue(String name, Runnable owner) {
		StoreQueue queue = new StoreQueue(new StoreKeys("p:", "vm"), name);
		queue.owner(owner);
		this.queues.put(name, queue);
	}

	@Test
	void busyQueueDoesNotKeepOthersWaiting() throws Exception {
		List<String> woken = new ArrayList<>();
		List<String> names = List.of("a", "b", "c");
		names.forEach((name) -> queue(name, () -> woken.add(name)));
		this.wakeUps.start();
		// Every queue always has a wake-up, so the server takes that of the first one.
		for (int i = 0; i < 6; i++) {
			Call call = this.connection.next();
			call.result().accept(wakeUp(call.command().get(1)));
		}
		assertThat(woken.subList(0, 3)).containsExactlyInAnyOrderElementsOf(names);
		assertThat(woken.subList(3, 6)).containsExactlyInAnyOrderElementsOf(names);
	}

	@Test
	void listensAgainAfterAnOwnerThatThrows() throws Exception {
		AtomicInteger woken = new AtomicInteger();
		queue("a", () -> {
			if (woken.incrementAndGet() == 1) {
				throw new IllegalStateException("The owner fails");
			}
		});
		this.wakeUps.start();
		Call call = this.connection.next();
		call.result().accept(wakeUp(call.command().get(1)));
		call = this.connection.next();
		call.result().accept(wakeUp(call.command().get(1)));
		assertThat(woken).hasValue(2);
	}

	@Test
	void listensAgainAfterAMalformedReply() throws Exception {
		queue("a", () -> {
		});
		this.wakeUps.start();
		this.connection.next().result().accept(new RedisResult.Reply(new byte[0]));
		assertThat(this.connection.next().command()).hasSize(3);
	}

	private static RedisResult wakeUp(byte[] key) {
		String text = new String(key, StandardCharsets.ISO_8859_1);
		return new RedisResult.Reply(
				("*2\r\n$" + key.length + "\r\n" + text + "\r\n$1\r\n1\r\n").getBytes(StandardCharsets.ISO_8859_1));
	}

	private record Call(List<byte[]> command, Consumer<RedisResult> result) {

	}

	/** Keeps the commands. */
	private static final class Commands implements RedisConnection {

		private final BlockingQueue<Call> calls = new LinkedBlockingQueue<>();

		private Call next() throws InterruptedException {
			Call call = this.calls.poll(60, TimeUnit.SECONDS);
			assertThat(call).as("command").isNotNull();
			return call;
		}

		@Override
		public Cancellable send(List<byte[]> command, Duration timeout, Consumer<RedisResult> result) {
			this.calls.add(new Call(command, result));
			return () -> {
			};
		}

		@Override
		public void close() {
			// There is nothing to close.
		}

	}

}
