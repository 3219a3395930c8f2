package io.gatewaywasm.test.callout;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

import io.gatewaywasm.host.spi.Cancellable;
import io.gatewaywasm.host.spi.RedisResult;
import io.gatewaywasm.host.spi.RedisTarget;
import org.jspecify.annotations.Nullable;

/**
 * A Redis callout of a filter. If no {@link RedisReply} was prepared, the test responds
 * to it, or it fails when its timeout has passed.
 */
public final class RedisCallout {

	private final RedisTarget target;

	private final List<byte[]> command;

	private final Duration timeout;

	private final Consumer<RedisResult> result;

	private @Nullable Cancellable timer;

	private boolean over;

	RedisCallout(RedisTarget target, List<byte[]> command, Duration timeout, Consumer<RedisResult> result) {
		this.target = target;
		this.command = command.stream().map(byte[]::clone).toList();
		this.timeout = timeout;
		this.result = result;
	}

	void expiresBy(Cancellable newTimer) {
		this.timer = newTimer;
	}

	/**
	 * Returns the server, with the login that the filter has specified.
	 * @return the server
	 */
	public RedisTarget target() {
		return this.target;
	}

	/**
	 * Returns the name of the server.
	 * @return the name, without parameters
	 */
	public String upstream() {
		return this.target.upstream();
	}

	/**
	 * Returns the command and its arguments.
	 * @return the words, decoded as UTF-8
	 */
	public List<String> command() {
		return this.command.stream().map((word) -> new String(word, StandardCharsets.UTF_8)).toList();
	}

	/**
	 * Returns the command and its arguments as bytes.
	 * @return the words
	 */
	public List<byte[]> commandBytes() {
		return this.command;
	}

	/**
	 * Returns the timeout of the callout.
	 * @return the timeout
	 */
	public Duration timeout() {
		return this.timeout;
	}

	/**
	 * Returns whether the callout has not ended yet.
	 * @return whether it is pending
	 */
	public boolean isPending() {
		return !this.over;
	}

	/**
	 * Sends a reply, and ends the callout.
	 * @param reply the reply or failure
	 */
	public void respond(RedisReply reply) {
		if (this.over) {
			throw new IllegalStateException("The callout to '" + upstream() + "' has already ended");
		}
		end();
		this.result.accept(reply.result());
	}

	void end() {
		this.over = true;
		if (this.timer != null) {
			this.timer.cancel();
		}
	}

	@Override
	public String toString() {
		return String.join(" ", command()) + " to " + upstream();
	}

}
