package io.gatewaywasm.host.plugin;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

import io.gatewaywasm.host.abi.LogLevel;
import io.gatewaywasm.host.shared.InMemorySharedScopes;
import io.gatewaywasm.host.spi.Cancellable;
import io.gatewaywasm.host.spi.ForeignFunction;
import io.gatewaywasm.host.spi.GrpcCallouts;
import io.gatewaywasm.host.spi.GuestLogger;
import io.gatewaywasm.host.spi.GuestMeter;
import io.gatewaywasm.host.spi.GuestMeters;
import io.gatewaywasm.host.spi.HostScheduler;
import io.gatewaywasm.host.spi.HostServices;
import io.gatewaywasm.host.spi.HttpCallResult;
import io.gatewaywasm.host.spi.HttpCallouts;
import io.gatewaywasm.host.spi.PluginObserver;
import io.gatewaywasm.host.spi.RedisCallouts;
import io.gatewaywasm.host.spi.RedisConnection;
import io.gatewaywasm.host.spi.RedisResult;
import io.gatewaywasm.host.spi.SharedScopes;
import io.gatewaywasm.host.spi.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * Services for a VM that only checks whether a guest starts. Callouts fail, data and
 * metrics are discarded.
 */
final class SandboxServices implements HostServices {

	private final HostServices real;

	private final SharedScopes scopes;

	private volatile boolean quiet;

	SandboxServices(HostServices real) {
		this.real = real;
		// The limits are those of the real store, because otherwise a guest that fits
		// there could not start
		// here.
		SharedScopes sandbox = real.sharedScopes().sandbox();
		this.scopes = (sandbox != null) ? sandbox : new InMemorySharedScopes();
	}

	/**
	 * From now on also discards log lines, and does not call functions of the
	 * application.
	 */
	void discardOutput() {
		this.quiet = true;
	}

	@Override
	public HttpCallouts httpCallouts() {
		return (call, result) -> {
			result.accept(new HttpCallResult.Failure("callouts are not sent while the plugin is being checked"));
			return () -> {
			};
		};
	}

	@Override
	public GrpcCallouts grpcCallouts() {
		return GrpcCallouts.NONE;
	}

	@Override
	public RedisCallouts redisCallouts() {
		return (this.real.redisCallouts() != RedisCallouts.NONE) ? (target) -> new CheckedConnection()
				: RedisCallouts.NONE;
	}

	@Override
	public GuestMeters meters() {
		return (plugin, type, name, maximum) -> new DiscardingMeter();
	}

	@Override
	public HostScheduler scheduler() {
		return this.real.scheduler();
	}

	@Override
	public SharedScopes sharedScopes() {
		return this.scopes;
	}

	@Override
	public @Nullable ForeignFunction foreignFunction(String name) {
		return this.quiet ? null : this.real.foreignFunction(name);
	}

	@Override
	public @Nullable String secret(String name) {
		return this.real.secret(name);
	}

	@Override
	public PluginObserver observer(String plugin) {
		return PluginObserver.NONE;
	}

	@Override
	public GuestLogger logger(String plugin) {
		GuestLogger shown = this.real.logger(plugin);
		return new GuestLogger() {

			@Override
			public boolean isEnabled(LogLevel level) {
				// Also if lines are discarded, because a failure quotes the last ones
				return shown.isEnabled(level);
			}

			@Override
			public void log(LogLevel level, String line) {
				if (!SandboxServices.this.quiet) {
					shown.log(level, line);
				}
			}

		};
	}

	@Override
	public TimeSource time() {
		return this.real.time();
	}

	/** Fails each call. */
	private static final class CheckedConnection implements RedisConnection {

		@Override
		public Cancellable send(List<byte[]> command, Duration timeout, Consumer<RedisResult> result) {
			result.accept(new RedisResult.Failure("callouts are not sent while the plugin is being checked"));
			return () -> {
			};
		}

		@Override
		public void close() {
			// There is nothing to close.
		}

	}

	/** Stores a value, so that the guest can read what it wrote. */
	private static final class DiscardingMeter implements GuestMeter {

		private long value;

		@Override
		public void increment(long offset) {
			this.value += offset;
		}

		@Override
		public void record(long newValue) {
			this.value = newValue;
		}

		@Override
		public long value() {
			return this.value;
		}

	}

}
