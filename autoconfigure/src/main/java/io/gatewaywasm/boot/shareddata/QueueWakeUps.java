package io.gatewaywasm.boot.shareddata;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.gatewaywasm.host.spi.HostScheduler;
import io.gatewaywasm.host.spi.RedisConnection;
import io.gatewaywasm.host.spi.RedisResult;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits on a separate connection for wake-ups of queues that have an owner in this
 * gateway. The server delivers each wake-up to one of the waiting gateways. If that
 * gateway is lost before it takes the entry, a periodic sweep creates the wake-up again.
 */
final class QueueWakeUps {

	private static final Logger logger = LoggerFactory.getLogger(QueueWakeUps.class);

	private static final Duration WAIT = Duration.ofSeconds(1);

	private static final Duration AGAIN = Duration.ofMillis(500);

	private static final Duration LONGEST_SWEEP = Duration.ofSeconds(5);

	private static final Duration SHORTEST_SWEEP = Duration.ofMillis(100);

	private final RedisStore store;

	private final RedisConnection connection;

	private final StoreSettings settings;

	private final HostScheduler scheduler;

	private final Collection<StoreQueue> queues;

	private final AtomicBoolean started = new AtomicBoolean();

	/** The key of the wake-up that came last. */
	private volatile byte @Nullable [] last;

	private volatile boolean closed;

	/**
	 * Creates wake-ups. {@link #start} starts to wait. {@code scheduler} runs the delays
	 * after failures and between sweeps. {@code queues} is a live collection of the
	 * queues of this gateway.
	 */
	QueueWakeUps(RedisStore store, RedisConnection connection, StoreSettings settings, HostScheduler scheduler,
			Collection<StoreQueue> queues) {
		this.store = store;
		this.connection = connection;
		this.settings = settings;
		this.scheduler = scheduler;
		this.queues = queues;
	}

	void start() {
		if (this.started.compareAndSet(false, true)) {
			listen();
			sweepLater();
		}
	}

	private void listen() {
		List<StoreQueue> owned = inTurn(owned());
		if (owned.isEmpty()) {
			listenLater();
			return;
		}
		List<byte[]> command = new ArrayList<>();
		command.add(RedisStore.bytes("BLPOP"));
		owned.forEach((queue) -> command.add(queue.wakes()));
		command.add(RedisStore.bytes(WAIT.toSeconds()));
		Duration limit = WAIT.plus(this.settings.server().connectTimeout()).plus(this.settings.timeout());
		this.connection.send(command, limit, (result) -> {
			if (!received(owned, result)) {
				listenLater();
			}
			else if (!this.closed) {
				listen();
			}
		});
	}

	/**
	 * Begins with the queue that follows the one that was woken last. The server looks at
	 * the queues in this order, so otherwise other queues would wait for a busy one.
	 */
	private List<StoreQueue> inTurn(List<StoreQueue> owned) {
		byte[] key = this.last;
		List<StoreQueue> order = new ArrayList<>(owned);
		for (int i = 0; key != null && i < owned.size(); i++) {
			if (Arrays.equals(owned.get(i).wakes(), key)) {
				Collections.rotate(order, -(i + 1));
				return order;
			}
		}
		return order;
	}

	/** Handles a result. Returns whether to listen again immediately. */
	private boolean received(List<StoreQueue> owned, RedisResult result) {
		try {
			if (result instanceof RedisResult.Reply reply && new StoreReply(reply.data()).error() == null) {
				wake(owned, new StoreReply(reply.data()).first());
				return true;
			}
		}
		catch (RuntimeException ex) {
			logger.error("A wake-up for a shared queue in Redis server '{}' could not be delivered",
					this.settings.server().name(), ex);
		}
		return false;
	}

	private void listenLater() {
		if (!this.closed) {
			this.scheduler.schedule(this::listen, AGAIN);
		}
	}

	private void wake(List<StoreQueue> owned, byte @Nullable [] key) {
		if (key == null) {
			return;
		}
		this.last = key;
		for (StoreQueue queue : owned) {
			if (Arrays.equals(queue.wakes(), key)) {
				Runnable owner = queue.owner();
				if (owner != null) {
					owner.run();
				}
				else {
					// Pass the wake-up on to another gateway or to the next owner.
					this.connection.send(List.of(RedisStore.bytes("LPUSH"), key, RedisStore.bytes(1)),
							this.settings.timeout(), (result) -> {
							});
				}
			}
		}
	}

	private void sweepLater() {
		if (!this.closed) {
			long half = this.settings.redelivery().toMillis() / 2;
			long delay = Math.max(SHORTEST_SWEEP.toMillis(), Math.min(half, LONGEST_SWEEP.toMillis()));
			this.scheduler.schedule(this::sweep, Duration.ofNanos(TimeUnit.MILLISECONDS.toNanos(delay)));
		}
	}

	private void sweep() {
		owned().forEach((queue) -> this.store.start(StoreScript.SWEEP, queue.keys(), queue.name(),
				RedisStore.bytes(this.settings.redelivery().toMillis())));
		sweepLater();
	}

	private List<StoreQueue> owned() {
		return this.queues.stream().filter((queue) -> queue.owner() != null).toList();
	}

	void close() {
		this.closed = true;
		this.connection.close();
	}

}
