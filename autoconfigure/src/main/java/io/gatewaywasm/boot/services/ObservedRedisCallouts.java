package io.gatewaywasm.boot.services;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

import io.gatewaywasm.boot.services.CalloutObservations.Callout;
import io.gatewaywasm.host.spi.Cancellable;
import io.gatewaywasm.host.spi.HttpStream;
import io.gatewaywasm.host.spi.RedisCallouts;
import io.gatewaywasm.host.spi.RedisConnection;
import io.gatewaywasm.host.spi.RedisResult;
import io.gatewaywasm.host.spi.RedisTarget;
import org.jspecify.annotations.Nullable;

/**
 * Starts an observation for each command that an observed stream sends to Redis, as a
 * child of the stream's observation. Redis has no headers, so the trace ends there.
 *
 * @param callouts makes the calls
 * @param observations starts the observations
 */
public record ObservedRedisCallouts(RedisCallouts callouts, CalloutObservations observations) implements RedisCallouts {

	/**
	 * Returns the callouts with observations, or {@link RedisCallouts#NONE} itself.
	 */
	public static RedisCallouts of(RedisCallouts callouts, CalloutObservations observations) {
		return (callouts != NONE) ? new ObservedRedisCallouts(callouts, observations) : NONE;
	}

	@Override
	public @Nullable RedisConnection open(RedisTarget target) {
		RedisConnection connection = this.callouts.open(target);
		return (connection != null) ? new ObservedConnection(target, connection) : null;
	}

	private final class ObservedConnection implements RedisConnection {

		private final RedisTarget target;

		private final RedisConnection connection;

		private ObservedConnection(RedisTarget target, RedisConnection connection) {
			this.target = target;
			this.connection = connection;
		}

		@Override
		public Cancellable send(List<byte[]> command, Duration timeout, Consumer<RedisResult> result) {
			return this.connection.send(command, timeout, result);
		}

		@Override
		public Cancellable send(List<byte[]> command, Duration timeout, Consumer<RedisResult> result,
				@Nullable HttpStream stream) {
			// Arguments can be confidential, so traces show only the name
			String name = command.isEmpty() ? "" : new String(command.get(0), StandardCharsets.ISO_8859_1);
			CalloutObservation observation = ObservedRedisCallouts.this.observations.start(stream,
					new Callout("redis", this.target.plugin(), this.target.upstream(), name), null);
			if (observation == null) {
				return this.connection.send(command, timeout, result, stream);
			}
			Cancellable handle = this.connection.send(command, timeout, (ended) -> {
				observation.end(ended);
				result.accept(ended);
			}, stream);
			return () -> {
				handle.cancel();
				observation.cancelled();
			};
		}

		@Override
		public void close() {
			this.connection.close();
		}

	}

}
