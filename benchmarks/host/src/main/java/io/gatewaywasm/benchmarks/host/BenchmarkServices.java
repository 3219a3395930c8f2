package io.gatewaywasm.benchmarks.host;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

import io.gatewaywasm.host.shared.InMemorySharedScopes;
import io.gatewaywasm.host.spi.Cancellable;
import io.gatewaywasm.host.spi.ForeignFunction;
import io.gatewaywasm.host.spi.GrpcCallouts;
import io.gatewaywasm.host.spi.GuestMeters;
import io.gatewaywasm.host.spi.HostScheduler;
import io.gatewaywasm.host.spi.HostServices;
import io.gatewaywasm.host.spi.HttpCallouts;
import io.gatewaywasm.host.spi.PluginObserver;
import io.gatewaywasm.host.spi.SharedScopes;
import org.jspecify.annotations.Nullable;

/**
 * The services of a gateway that the benchmarks' filters use.
 */
final class BenchmarkServices implements HostServices, HostScheduler, AutoCloseable {

	private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(1, (task) -> {
		Thread thread = new Thread(task, "benchmark-services");
		thread.setDaemon(true);
		return thread;
	});

	private final SharedScopes scopes = new InMemorySharedScopes();

	@Override
	public HttpCallouts httpCallouts() {
		return (call, result) -> null;
	}

	@Override
	public GrpcCallouts grpcCallouts() {
		return GrpcCallouts.NONE;
	}

	@Override
	public GuestMeters meters() {
		return (plugin, type, name, maximum) -> {
			throw new UnsupportedOperationException();
		};
	}

	@Override
	public HostScheduler scheduler() {
		return this;
	}

	@Override
	public SharedScopes sharedScopes() {
		return this.scopes;
	}

	@Override
	public @Nullable ForeignFunction foreignFunction(String name) {
		return null;
	}

	@Override
	public PluginObserver observer(String plugin) {
		return new CountingObserver();
	}

	@Override
	public Cancellable schedule(Runnable task, Duration delay) {
		ScheduledFuture<?> future = this.timer.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
		return () -> future.cancel(false);
	}

	@Override
	public Executor background() {
		return this.timer;
	}

	@Override
	public void close() {
		this.timer.shutdownNow();
	}

}
