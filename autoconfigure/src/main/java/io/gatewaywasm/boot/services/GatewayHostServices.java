package io.gatewaywasm.boot.services;

import java.util.function.Function;

import io.gatewaywasm.host.spi.ForeignFunction;
import io.gatewaywasm.host.spi.GrpcCallouts;
import io.gatewaywasm.host.spi.GuestMeters;
import io.gatewaywasm.host.spi.HostScheduler;
import io.gatewaywasm.host.spi.HostServices;
import io.gatewaywasm.host.spi.HttpCallouts;
import io.gatewaywasm.host.spi.PluginObserver;
import io.gatewaywasm.host.spi.RedisCallouts;
import io.gatewaywasm.host.spi.SharedScopes;
import org.jspecify.annotations.Nullable;

/**
 * The services of this gateway for its plugins.
 *
 * @param httpCallouts sends HTTP callouts
 * @param grpcCallouts sends gRPC callouts
 * @param redisCallouts calls Redis
 * @param meters stores the metrics that guests define
 * @param scheduler runs timers and background work
 * @param sharedScopes stores the data and queues that VMs share
 * @param foreignFunctions finds the functions of the application by name
 * @param secrets finds secrets by name
 * @param observers creates the observers of plugins
 */
public record GatewayHostServices(HttpCallouts httpCallouts, GrpcCallouts grpcCallouts, RedisCallouts redisCallouts,
		GuestMeters meters, HostScheduler scheduler, SharedScopes sharedScopes,
		Function<String, @Nullable ForeignFunction> foreignFunctions, Function<String, @Nullable String> secrets,
		PluginObservers observers) implements HostServices {

	@Override
	public @Nullable ForeignFunction foreignFunction(String name) {
		return this.foreignFunctions.apply(name);
	}

	@Override
	public @Nullable String secret(String name) {
		return this.secrets.apply(name);
	}

	@Override
	public PluginObserver observer(String plugin) {
		return this.observers.observer(plugin);
	}

}
