package io.gatewaywasm.host.plugin;

import io.gatewaywasm.host.spi.FailureReason;
import io.gatewaywasm.host.spi.ForeignFunction;
import io.gatewaywasm.host.spi.GrpcCallouts;
import io.gatewaywasm.host.spi.GuestLogger;
import io.gatewaywasm.host.spi.GuestMeters;
import io.gatewaywasm.host.spi.HostScheduler;
import io.gatewaywasm.host.spi.HostServices;
import io.gatewaywasm.host.spi.HttpCallouts;
import io.gatewaywasm.host.spi.PhaseOutcome;
import io.gatewaywasm.host.spi.PluginObserver;
import io.gatewaywasm.host.spi.RedisCallouts;
import io.gatewaywasm.host.spi.SharedScopes;
import io.gatewaywasm.host.spi.StreamPhase;
import io.gatewaywasm.host.spi.TimeSource;
import org.jspecify.annotations.Nullable;

/**
 * The gateway's services for the VMs of one plugin. Events for the observer are counted
 * as they pass, so that the plugin's status does not depend on the observer.
 */
final class CountedServices implements HostServices {

	private final HostServices real;

	private final PluginObserver observer;

	CountedServices(HostServices real, String plugin, PluginCounters counters) {
		this.real = real;
		this.observer = new CountingObserver(real.observer(plugin), counters);
	}

	@Override
	public HttpCallouts httpCallouts() {
		return this.real.httpCallouts();
	}

	@Override
	public GrpcCallouts grpcCallouts() {
		return this.real.grpcCallouts();
	}

	@Override
	public RedisCallouts redisCallouts() {
		return this.real.redisCallouts();
	}

	@Override
	public GuestMeters meters() {
		return this.real.meters();
	}

	@Override
	public HostScheduler scheduler() {
		return this.real.scheduler();
	}

	@Override
	public SharedScopes sharedScopes() {
		return this.real.sharedScopes();
	}

	@Override
	public @Nullable ForeignFunction foreignFunction(String name) {
		return this.real.foreignFunction(name);
	}

	@Override
	public @Nullable String secret(String name) {
		return this.real.secret(name);
	}

	@Override
	public PluginObserver observer(String plugin) {
		return this.observer;
	}

	@Override
	public GuestLogger logger(String plugin) {
		return this.real.logger(plugin);
	}

	@Override
	public TimeSource time() {
		return this.real.time();
	}

	/** Counts rare events, and passes on all events. */
	private record CountingObserver(PluginObserver next, PluginCounters counters) implements PluginObserver {

		@Override
		public void phase(StreamPhase phase, long nanos, PhaseOutcome outcome) {
			if (outcome == PhaseOutcome.PAUSE) {
				this.counters.paused();
			}
			this.next.phase(phase, nanos, outcome);
		}

		@Override
		public void streamStarted() {
			this.next.streamStarted();
		}

		@Override
		public void responded() {
			this.counters.localResponse();
			this.next.responded();
		}

		@Override
		public void failed(FailureReason reason) {
			this.next.failed(reason);
		}

		@Override
		public void headerNotSent(String name) {
			this.next.headerNotSent(name);
		}

		@Override
		public void callout(String upstream, String outcome, long nanos) {
			this.counters.called();
			this.next.callout(upstream, outcome, nanos);
		}

	}

}
