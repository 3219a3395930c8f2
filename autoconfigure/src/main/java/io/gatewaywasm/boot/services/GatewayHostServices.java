package io.gatewaywasm.boot.services;

import java.util.function.Function;

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
 * What this gateway gives to its plugins.
 *
 * @param httpCallouts sends HTTP calls
 * @param grpcCallouts makes gRPC calls
 * @param meters keeps the metrics that guests define
 * @param scheduler gives time and background work
 * @param sharedScopes keeps data and queues that VMs share
 * @param foreignFunctions finds the application's functions by name
 * @param observers makes those who are told what plugins do
 */
public record GatewayHostServices(HttpCallouts httpCallouts, GrpcCallouts grpcCallouts, GuestMeters meters,
		HostScheduler scheduler, SharedScopes sharedScopes,
		Function<String, @Nullable ForeignFunction> foreignFunctions,
		PluginObservers observers) implements HostServices {

	@Override
	public @Nullable ForeignFunction foreignFunction(String name) {
		return this.foreignFunctions.apply(name);
	}

	@Override
	public PluginObserver observer(String plugin) {
		return this.observers.observer(plugin);
	}

}
