package io.gatewaywasm.boot.redis;

import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import io.gatewaywasm.host.spi.Cancellable;
import io.gatewaywasm.host.spi.RedisResult;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.ProtocolKeyword;
import org.jspecify.annotations.Nullable;

/**
 * A pending call. It ends once, with the first of these: the reply, a failure, the
 * timeout or the cancellation.
 */
final class RedisCall implements Cancellable {

	/** The approximate memory that a part of a command needs in addition to its bytes. */
	private static final long PART = 64;

	private final List<byte[]> command;

	private final long size;

	private final Consumer<RedisResult> result;

	private final AtomicBoolean ended = new AtomicBoolean();

	private final long start = System.nanoTime();

	private volatile @Nullable Future<?> timer;

	RedisCall(List<byte[]> command, Consumer<RedisResult> result) {
		this.command = command;
		this.size = command.stream().mapToLong((part) -> PART + part.length).sum();
		this.result = result;
	}

	ProtocolKeyword keyword() {
		return new Name(this.command.get(0));
	}

	CommandArgs<byte[], byte[]> arguments() {
		CommandArgs<byte[], byte[]> arguments = new CommandArgs<>(ByteArrayCodec.INSTANCE);
		this.command.subList(1, this.command.size()).forEach(arguments::add);
		return arguments;
	}

	/**
	 * Returns the approximate memory that the command needs, in bytes.
	 */
	long size() {
		return this.size;
	}

	long start() {
		return this.start;
	}

	void timer(Future<?> newTimer) {
		this.timer = newTimer;
		if (this.ended.get()) {
			newTimer.cancel(false);
		}
	}

	/**
	 * Ends the call with a result. Returns {@code false} if it has already ended.
	 */
	boolean end(RedisResult end) {
		if (!stop()) {
			return false;
		}
		this.result.accept(end);
		return true;
	}

	boolean isEnded() {
		return this.ended.get();
	}

	@Override
	public void cancel() {
		stop();
	}

	private boolean stop() {
		if (!this.ended.compareAndSet(false, true)) {
			return false;
		}
		Future<?> running = this.timer;
		if (running != null) {
			running.cancel(false);
		}
		return true;
	}

	/** The name of a command, as written by the guest. */
	private static final class Name implements ProtocolKeyword {

		private final byte[] bytes;

		private Name(byte[] bytes) {
			this.bytes = bytes;
		}

		@Override
		public byte[] getBytes() {
			return this.bytes;
		}

		@Override
		public String toString() {
			return "command of a guest";
		}

	}

}
