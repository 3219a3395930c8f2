package io.gatewaywasm.host.plugin;

import io.gatewaywasm.host.abi.LogLevel;
import io.gatewaywasm.host.shared.InMemorySharedScopes;
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
import io.gatewaywasm.host.spi.SharedScopes;
import io.gatewaywasm.host.spi.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * Services for a VM that only checks whether a guest starts: its calls fail, its data and
 * metrics are discarded.
 */
final class SandboxServices implements HostServices {

	private final HostServices real;

	private final SharedScopes scopes;

	private volatile boolean quiet;

	SandboxServices(HostServices real) {
		this.real = real;
		// What fits when it serves must fit here, or it would never serve.
		this.scopes = (real.sharedScopes() instanceof InMemorySharedScopes shared) ? shared.empty()
				: new InMemorySharedScopes();
	}

	/**
	 * From now on what the guest does is of interest to nobody: its lines are discarded
	 * as well, and it calls no function of the application.
	 */
	void quiet() {
		this.quiet = true;
	}

	@Override
	public HttpCallouts httpCallouts() {
		return (call, result) -> {
			result.accept(new HttpCallResult.Failure("the filter is only being checked"));
			return () -> {
			};
		};
	}

	@Override
	public GrpcCallouts grpcCallouts() {
		return GrpcCallouts.NONE;
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
	public PluginObserver observer(String plugin) {
		return PluginObserver.NONE;
	}

	@Override
	public GuestLogger logger(String plugin) {
		GuestLogger shown = this.real.logger(plugin);
		return new GuestLogger() {

			@Override
			public boolean isEnabled(LogLevel level) {
				return !SandboxServices.this.quiet && shown.isEnabled(level);
			}

			@Override
			public void log(LogLevel level, String line) {
				shown.log(level, line);
			}

		};
	}

	@Override
	public TimeSource time() {
		return this.real.time();
	}

	/** Keeps a value so that the guest can read back what it wrote, and nothing more. */
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
