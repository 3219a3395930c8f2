package io.gatewaywasm.boot.redis;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.gatewaywasm.registry.Backoff;
import io.lettuce.core.api.StatefulRedisConnection;
import org.jspecify.annotations.Nullable;

/**
 * The state of a {@link ReconnectingConnection}, with the calls that wait and the
 * commands that have no reply. Each change returns what the connection must do
 * afterwards, outside the lock. Thread-safe. <pre>
 *   CONNECTING ──ok──&gt; OPEN ──closed by the server──&gt; CONNECTING
 *     calls wait         calls are sent, at once
 *        │                 │ silent, or closed soon
 *        └──failed──&gt; DOWN &lt;┘   ──ok, after a while──&gt; OPEN
 *                       calls fail at once
 * </pre>
 */
final class ConnectionState {

	/** A connection that was open for less time counts as failed. */
	static final long SHORT_LIFE = TimeUnit.SECONDS.toNanos(1);

	private enum State {

		CONNECTING, OPEN, DOWN, CLOSED

	}

	private final Backoff delay;

	private final WaitingCalls waiting = new WaitingCalls();

	private State state = State.CONNECTING;

	private @Nullable StatefulRedisConnection<byte[], byte[]> connection;

	private long openedAt;

	private RedisFailure reason = RedisFailure.CLOSED;

	private int failures;

	/** Whether an attempt to connect is running. It cannot be stopped. */
	private boolean attempting;

	/** The commands of the current connection. A new connection starts without any. */
	private PendingCommands pending = new PendingCommands();

	ConnectionState(Backoff delay) {
		this.delay = delay;
	}

	/**
	 * Begins an attempt to connect. Returns {@code false} if the connection is closed.
	 */
	synchronized boolean beginAttempt() {
		if (this.state == State.CLOSED) {
			return false;
		}
		this.attempting = true;
		return true;
	}

	/** Ends an attempt to connect. Returns whether the connection was closed since. */
	synchronized boolean endAttempt() {
		this.attempting = false;
		return this.state == State.CLOSED;
	}

	/** Adds a call, which is sent, waits or fails. */
	synchronized Added add(RedisCall call) {
		return switch (this.state) {
			case OPEN ->
				new Added(this.connection, this.pending, this.pending.add(call) ? null : RedisFailure.TOO_MANY);
			case CONNECTING -> new Added(null, this.pending,
					this.waiting.add(call, this.pending) ? null : RedisFailure.NOT_CONNECTED_YET);
			case DOWN, CLOSED -> new Added(null, this.pending, this.reason);
		};
	}

	/** Opens the connection. Returns {@code null} if it was closed. */
	synchronized @Nullable Opened opened(StatefulRedisConnection<byte[], byte[]> made) {
		if (this.state == State.CLOSED) {
			return null;
		}
		this.state = State.OPEN;
		this.connection = made;
		this.openedAt = System.nanoTime();
		this.pending.connected();
		return new Opened(this.waiting.take(), this.pending);
	}

	/** Records that the server has closed a connection, and returns what follows. */
	synchronized Lost lost(StatefulRedisConnection<byte[], byte[]> ended) {
		if (this.connection != ended) {
			return Lost.IGNORED;
		}
		this.connection = null;
		if (this.state != State.OPEN) {
			return Lost.IGNORED;
		}
		if (System.nanoTime() - this.openedAt >= SHORT_LIFE) {
			this.state = State.CONNECTING;
			this.pending = new PendingCommands();
			this.failures = 0;
			return Lost.CONNECT;
		}
		this.state = State.DOWN;
		return Lost.FAILED;
	}

	/**
	 * Gives up the connection if the server has not replied for a while. Returns the
	 * connection to close, or {@code null}.
	 */
	synchronized @Nullable StatefulRedisConnection<byte[], byte[]> giveUpIfSilentFor(long nanos) {
		StatefulRedisConnection<byte[], byte[]> open = this.connection;
		if (this.state != State.OPEN || open == null || !this.pending.isSilentFor(nanos)) {
			return null;
		}
		this.connection = null;
		this.state = State.DOWN;
		this.reason = RedisFailure.SILENT;
		return open;
	}

	/** Records a failure. Returns {@code null} if the connection was closed. */
	synchronized @Nullable Failed failed(RedisFailure why) {
		if (this.state == State.CLOSED) {
			return null;
		}
		this.state = State.DOWN;
		this.reason = why;
		this.pending = new PendingCommands();
		return new Failed(this.waiting.take(), this.delay.after(this.failures++));
	}

	/** Closes the connection for good. */
	synchronized Closed close() {
		Closed closed = new Closed(this.connection, this.waiting.take(), this.attempting);
		this.state = State.CLOSED;
		this.reason = RedisFailure.CLOSED;
		this.connection = null;
		return closed;
	}

	/**
	 * A call that was added: it is sent over {@code open}, waits for a connection if that
	 * is {@code null}, or fails. {@code holder} keeps its command.
	 */
	record Added(@Nullable StatefulRedisConnection<byte[], byte[]> open, PendingCommands holder,
			@Nullable RedisFailure failure) {

	}

	/** A connection was opened: these calls are sent. */
	record Opened(List<RedisCall> calls, PendingCommands holder) {

	}

	/** What follows when the server has closed a connection. */
	enum Lost {

		/** The connection was replaced or closed before. */
		IGNORED,

		/** The connection is established again at once. */
		CONNECT,

		/** The connection counts as failed, because it was open for a short time. */
		FAILED

	}

	/**
	 * An attempt failed: these calls fail, and the next attempt follows after a delay.
	 */
	record Failed(List<RedisCall> calls, Duration next) {

	}

	/**
	 * The connection was closed: the calls fail, and {@code open} is closed.
	 * {@code attempting} says whether an attempt to connect has not ended.
	 */
	record Closed(@Nullable StatefulRedisConnection<byte[], byte[]> open, List<RedisCall> calls, boolean attempting) {

	}

}
