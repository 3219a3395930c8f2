package io.gatewaywasm.boot.gateway;

import java.time.Duration;

import io.gatewaywasm.boot.gateway.exchange.StreamObservations;
import io.gatewaywasm.boot.gateway.exchange.WasmExchange.UnreachedFilters;
import io.gatewaywasm.boot.gateway.route.ServiceInstances;
import org.jspecify.annotations.Nullable;

import org.springframework.cloud.gateway.filter.factory.GatewayFilterFactory;

/**
 * The objects that all filters of the gateway share. {@code loadTimeout} is how long
 * requests wait for a plugin that is being loaded. {@code observations} observes streams,
 * or {@code null} if they are not observed. {@code instances} finds the instances of
 * services. {@code unreached} has the filters that an exchange may not reach. {@code
 * unseenFrames} warns about WebSockets.
 */
record FilterServices(GatewayFilterFactory<?> factory, Duration loadTimeout, @Nullable StreamObservations observations,
		ServiceInstances instances, UnreachedFilters unreached, UnseenFrames unseenFrames) {

}
