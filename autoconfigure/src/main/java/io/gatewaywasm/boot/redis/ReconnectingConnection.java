package io.gatewaywasm.boot.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.gatewaywasm.boot.redis.RedisFailure.Kind;
import io.gatewaywasm.host.spi.Cancellable;
import io.gatewaywasm.host.spi.RedisResult;
import io.gatewaywasm.registry.Backoff;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.api.StatefulRedisConnection;
import org.jspecify.annotations.Nullable;

/**
 * The connection of one plugin, as one user, to one database of a server. Thread-safe.
 * <pre>
 *   CONNECTING ──ok──&gt; OPEN ──closed by the server──&gt; CONNECTING
 *     calls wait         calls are sent, at once
 *        │                 │ silent, or closed soon
 *        └──failed──&gt; DOWN &lt;┘   ──ok, after a while──&gt; OPEN
 *                       calls fail at once
 * </pre> A command is never sent twice, because the server may have executed it, and it
 * may not be idempotent.
 */
@SuppressWarnings("FutureReturnValueIgnored")
final class ReconnectingConnection {

	/** A connection that was open for less time counts as failed. */
	private static final long SHORT_LIFE = TimeUnit.SECONDS.toNanos(1);

	private enum State {

		CONNECTING, OPEN, DOWN, CLOSED

	}

	private final Supplier<CompletionStage<StatefulRedisConnection<byte[], byte[]>>> connector;

	private final ScheduledExecutorService timer;

	private final RedisFailureLog log;

	private final CommandDispatch dispatch;

	private final Backoff delay;

	private int failures;

	private final WaitingCalls waiting = new WaitingCalls();

	private State state = State.CONNECTING;

	private @Nullable StatefulRedisConnection<byte[], byte[]> connection;

	private long openedAt;

	private RedisFailure reason = RedisFailure.CLOSED;

	/** Whether an attempt to connect is under way. It cannot be stopped. */
	private boolean attempting;

	private final CompletableFuture<Void> closed = new CompletableFuture<>();

	/** The commands of the current connection. A new connection starts without any. */
	private PendingCommands pending = new PendingCommands();

	/**
	 * Creates a connection. {@link #connect} establishes it. {@code connector} connects
	 * to the server, {@code timer} runs timeouts and further attempts, {@code log} logs
	 * failures, and {@code maxDelay} is the maximum delay between two attempts.
	 */
	ReconnectingConnection(Supplier<CompletionStage<StatefulRedisConnection<byte[], byte[]>>> connector,
			ScheduledExecutorService timer, RedisFailureLog log, Duration maxDelay) {
		this.connector = connector;
		this.timer = timer;
		this.log = log;
		this.dispatch = new CommandDispatch(log);
		this.delay = new Backoff(Duration.ofMillis(100), maxDelay);
	}

	void connect() {
		synchronized (this) {
			if (this.state == State.CLOSED) {
				return;
			}
			this.attempting = true;
		}
		try {
			this.connector.get().whenComplete((made, failure) -> {
				attemptEnded();
				if (made != null) {
					connected(made);
				}
				else {
					failed(RedisFailures.of(failure));
				}
			});
		}
		catch (RuntimeException ex) {
			attemptEnded();
			failed(RedisFailures.of(ex));
		}
	}

	private void attemptEnded() {
		boolean last;
		synchronized (this) {
			this.attempting = false;
			last = this.state == State.CLOSED;
		}
		if (last) {
			this.closed.complete(null);
		}
	}

	Cancellable send(List<byte[]> command, Duration timeout, Consumer<RedisResult> result) {
		RedisCall call = new RedisCall(command, result);
		StatefulRedisConnection<byte[], byte[]> open = null;
		PendingCommands holder;
		RedisFailure failure = null;
		synchronized (this) {
			holder = this.pending;
			switch (this.state) {
				case OPEN -> {
					open = this.connection;
					failure = holder.add(call) ? null : RedisFailure.TOO_MANY;
				}
				case CONNECTING -> failure = this.waiting.add(call, holder) ? null : RedisFailure.NOT_CONNECTED_YET;
				case DOWN, CLOSED -> failure = this.reason;
			}
		}
		if (failure != null) {
			refuse(call, failure);
			return call;
		}
		call.timer(this.timer.schedule(() -> timedOut(call, timeout), timeout.toNanos(), TimeUnit.NANOSECONDS));
		if (open != null) {
			this.dispatch.send(open, holder, call);
		}
		return call;
	}

	private void refuse(RedisCall call, RedisFailure failure) {
		if (failure.kind() != Kind.TOO_MANY) {
			call.end(new RedisResult.Failure(failure.text()));
			return;
		}
		this.dispatch.fail(call, failure);
		// The pending calls may have been cancelled, and have no timeouts then.
		closeIfSilentFor(SHORT_LIFE);
	}

	private void timedOut(RedisCall call, Duration timeout) {
		this.dispatch.fail(call, new RedisFailure(Kind.TIMEOUT, "no reply within " + timeout.toMillis() + " ms"));
		closeIfSilentFor(Math.max(timeout.toNanos(), SHORT_LIFE));
	}

	/**
	 * Closes the connection if the server has not replied for a while, because it may
	 * never reply again.
	 */
	private void closeIfSilentFor(long nanos) {
		StatefulRedisConnection<byte[], byte[]> open;
		synchronized (this) {
			open = this.connection;
			if (this.state != State.OPEN || open == null || !this.pending.isSilentFor(nanos)) {
				return;
			}
			this.connection = null;
			this.state = State.DOWN;
			this.reason = RedisFailure.SILENT;
		}
		failed(RedisFailure.SILENT);
		open.closeAsync();
	}

	private void connected(StatefulRedisConnection<byte[], byte[]> made) {
		List<RedisCall> calls;
		PendingCommands holder;
		synchronized (this) {
			if (this.state == State.CLOSED) {
				made.closeAsync();
				return;
			}
			this.state = State.OPEN;
			this.connection = made;
			this.openedAt = System.nanoTime();
			holder = this.pending;
			holder.connected();
			calls = this.waiting.take();
		}
		made.addListener(new RedisConnectionStateListener() {

			@Override
			public void onRedisDisconnected(RedisChannelHandler<?, ?> ended) {
				disconnected(made);
			}

		});
		this.log.connected();
		calls.forEach((call) -> this.dispatch.send(made, holder, call));
		if (!made.isOpen()) {
			disconnected(made);
		}
	}

	private void disconnected(StatefulRedisConnection<byte[], byte[]> ended) {
		synchronized (this) {
			if (this.connection != ended) {
				return;
			}
			this.connection = null;
			if (this.state != State.OPEN) {
				return;
			}
			if (System.nanoTime() - this.openedAt >= SHORT_LIFE) {
				this.state = State.CONNECTING;
				this.pending = new PendingCommands();
				this.failures = 0;
			}
			else {
				this.state = State.DOWN;
			}
		}
		ended.closeAsync();
		if (isDown()) {
			failed(RedisFailure.CLOSING);
		}
		else {
			connect();
		}
	}

	private synchronized boolean isDown() {
		return this.state == State.DOWN;
	}

	private void failed(RedisFailure why) {
		List<RedisCall> calls;
		long millis;
		synchronized (this) {
			if (this.state == State.CLOSED) {
				return;
			}
			this.state = State.DOWN;
			this.reason = why;
			this.pending = new PendingCommands();
			calls = this.waiting.take();
			millis = this.delay.after(this.failures++).toMillis();
		}
		this.log.down(why);
		calls.forEach((call) -> call.end(new RedisResult.Failure(why.text())));
		schedule(this::connect, Duration.ofMillis(millis));
	}

	/** Runs a task after a delay, unless the gateway shuts down. */
	void schedule(Runnable task, Duration after) {
		try {
			this.timer.schedule(task, after.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (RejectedExecutionException ex) {
			// The gateway shuts down
		}
	}

	/**
	 * Closes the connection. The result completes when the attempt to connect, if there
	 * is one, has ended.
	 */
	CompletionStage<Void> close() {
		StatefulRedisConnection<byte[], byte[]> open;
		List<RedisCall> calls;
		boolean ended;
		synchronized (this) {
			ended = !this.attempting;
			this.state = State.CLOSED;
			this.reason = RedisFailure.CLOSED;
			open = this.connection;
			this.connection = null;
			calls = this.waiting.take();
		}
		calls.forEach((call) -> call.end(new RedisResult.Failure(RedisFailure.CLOSED.text())));
		if (open != null) {
			open.closeAsync();
		}
		if (ended) {
			this.closed.complete(null);
		}
		return this.closed;
	}

}
