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

/**
 * The connection of one plugin, as one user, to one database of a server. It is
 * established again when it was lost; {@link ConnectionState} says when. A command is
 * never sent twice, because the server may have executed it, and it may not be
 * idempotent. Thread-safe.
 */
@SuppressWarnings("FutureReturnValueIgnored")
final class ReconnectingConnection {

	private final Supplier<CompletionStage<StatefulRedisConnection<byte[], byte[]>>> connector;

	private final ScheduledExecutorService timer;

	private final RedisFailureLog log;

	private final CommandDispatch dispatch;

	private final ConnectionState state;

	private final CompletableFuture<Void> closed = new CompletableFuture<>();

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
		this.state = new ConnectionState(new Backoff(Duration.ofMillis(100), maxDelay));
	}

	void connect() {
		if (!this.state.beginAttempt()) {
			return;
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
		if (this.state.endAttempt()) {
			this.closed.complete(null);
		}
	}

	Cancellable send(List<byte[]> command, Duration timeout, Consumer<RedisResult> result) {
		RedisCall call = new RedisCall(command, result);
		ConnectionState.Added added = this.state.add(call);
		if (added.failure() != null) {
			refuse(call, added.failure());
			return call;
		}
		call.timer(this.timer.schedule(() -> timedOut(call, timeout), timeout.toNanos(), TimeUnit.NANOSECONDS));
		if (added.open() != null) {
			this.dispatch.send(added.open(), added.holder(), call);
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
		closeIfSilentFor(ConnectionState.SHORT_LIFE);
	}

	private void timedOut(RedisCall call, Duration timeout) {
		this.dispatch.fail(call, new RedisFailure(Kind.TIMEOUT, "no reply within " + timeout.toMillis() + " ms"));
		closeIfSilentFor(Math.max(timeout.toNanos(), ConnectionState.SHORT_LIFE));
	}

	/**
	 * Closes the connection if the server has not replied for a while, because it may
	 * never reply again.
	 */
	private void closeIfSilentFor(long nanos) {
		StatefulRedisConnection<byte[], byte[]> open = this.state.giveUpIfSilentFor(nanos);
		if (open != null) {
			failed(RedisFailure.SILENT);
			open.closeAsync();
		}
	}

	private void connected(StatefulRedisConnection<byte[], byte[]> made) {
		ConnectionState.Opened opened = this.state.opened(made);
		if (opened == null) {
			made.closeAsync();
			return;
		}
		made.addListener(new RedisConnectionStateListener() {

			@Override
			public void onRedisDisconnected(RedisChannelHandler<?, ?> ended) {
				disconnected(made);
			}

		});
		this.log.connected();
		opened.calls().forEach((call) -> this.dispatch.send(made, opened.holder(), call));
		if (!made.isOpen()) {
			disconnected(made);
		}
	}

	private void disconnected(StatefulRedisConnection<byte[], byte[]> ended) {
		ConnectionState.Lost lost = this.state.lost(ended);
		if (lost == ConnectionState.Lost.IGNORED) {
			return;
		}
		ended.closeAsync();
		if (lost == ConnectionState.Lost.FAILED) {
			failed(RedisFailure.CLOSING);
		}
		else {
			connect();
		}
	}

	private void failed(RedisFailure why) {
		ConnectionState.Failed failed = this.state.failed(why);
		if (failed == null) {
			return;
		}
		this.log.down(why);
		failed.calls().forEach((call) -> call.end(new RedisResult.Failure(why.text())));
		schedule(this::connect, failed.next());
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
		ConnectionState.Closed last = this.state.close();
		last.calls().forEach((call) -> call.end(new RedisResult.Failure(RedisFailure.CLOSED.text())));
		if (last.open() != null) {
			last.open().closeAsync();
		}
		if (!last.attempting()) {
			this.closed.complete(null);
		}
		return this.closed;
	}

}
