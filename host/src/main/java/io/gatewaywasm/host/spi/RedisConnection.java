package io.gatewaywasm.host.spi;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * A connection to Redis that reconnects automatically. Thread-safe.
 */
public interface RedisConnection {

	/**
	 * Sends a command. Does not block. While the server is unreachable, the call fails
	 * immediately. A command is never sent twice.
	 * @param command the name of the command and its arguments, which must not be
	 * modified
	 * @param timeout the timeout of the reply
	 * @param result receives the result exactly once unless the call is cancelled, on any
	 * thread, possibly before this method returns
	 * @return cancels the call; the server may execute the command nevertheless
	 */
	Cancellable send(List<byte[]> command, Duration timeout, Consumer<RedisResult> result);

	/**
	 * Sends one command, like {@link #send(List, Duration, Consumer)}, and knows for
	 * which stream.
	 * @param command the name of the command and its arguments, not to be changed
	 * @param timeout the time that the reply may take
	 * @param result called exactly once, from any thread and perhaps before this method
	 * returns, unless the call is cancelled
	 * @param stream the stream that calls, or {@code null} if the guest calls for none
	 * @return a handle to cancel the call; the server may run the command all the same
	 */
	default Cancellable send(List<byte[]> command, Duration timeout, Consumer<RedisResult> result,
			@Nullable HttpStream stream) {
		return send(command, timeout, result);
	}

	/**
	 * Releases the connection. Pending calls may fail.
	 */
	void close();

}
