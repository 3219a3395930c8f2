package io.gatewaywasm.test.callout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;

import io.gatewaywasm.host.spi.Cancellable;
import io.gatewaywasm.host.spi.HostScheduler;
import io.gatewaywasm.host.spi.RedisCallouts;
import io.gatewaywasm.host.spi.RedisConnection;
import io.gatewaywasm.host.spi.RedisResult;
import io.gatewaywasm.host.spi.RedisTarget;
import org.jspecify.annotations.Nullable;

/**
 * Simulated Redis servers whose replies a test defines. As in a gateway, only declared
 * servers can be called.
 */
public final class SimulatedRedisCallouts implements RedisCallouts {

	private final HostScheduler scheduler;

	private final Map<String, Function<RedisCallout, @Nullable RedisReply>> upstreams;

	private final List<RedisCallout> calls = new ArrayList<>();

	/**
	 * Creates callouts.
	 * @param scheduler runs the timeouts of callouts
	 * @param upstreams for each server, returns the reply to a callout, or {@code null}
	 * to let the test respond
	 */
	public SimulatedRedisCallouts(HostScheduler scheduler,
			Map<String, Function<RedisCallout, @Nullable RedisReply>> upstreams) {
		this.scheduler = scheduler;
		this.upstreams = new HashMap<>(upstreams);
	}

	/**
	 * Declares a server, or changes its replies.
	 * @param name its name
	 * @param replies returns the reply to a callout, or {@code null} to let the test
	 * respond
	 */
	public void declare(String name, Function<RedisCallout, @Nullable RedisReply> replies) {
		this.upstreams.put(name, replies);
	}

	/**
	 * Returns the callouts so far.
	 * @return the callouts in order
	 */
	public List<RedisCallout> calls() {
		return Collections.unmodifiableList(this.calls);
	}

	@Override
	public @Nullable RedisConnection open(RedisTarget target) {
		return this.upstreams.containsKey(target.upstream()) ? new Connection(target) : null;
	}

	private Cancellable send(RedisCallout callout) {
		this.calls.add(callout);
		RedisReply reply = Objects.requireNonNull(this.upstreams.get(callout.upstream())).apply(callout);
		if (reply != null) {
			callout.respond(reply);
		}
		else {
			callout.expiresBy(this.scheduler.schedule(() -> {
				if (callout.isPending()) {
					callout.respond(RedisReply.failure("timeout"));
				}
			}, callout.timeout()));
		}
		return callout::end;
	}

	/** A connection, which is always open. */
	private final class Connection implements RedisConnection {

		private final RedisTarget target;

		private Connection(RedisTarget target) {
			this.target = target;
		}

		@Override
		public Cancellable send(List<byte[]> command, Duration timeout, Consumer<RedisResult> result) {
			return SimulatedRedisCallouts.this.send(new RedisCallout(this.target, command, timeout, result));
		}

		@Override
		public void close() {
			// No resources are held.
		}

	}

}
