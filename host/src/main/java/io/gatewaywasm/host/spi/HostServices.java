package io.gatewaywasm.host.spi;

import org.jspecify.annotations.Nullable;

/**
 * The services that the gateway provides to all plugins. Thread-safe.
 */
public interface HostServices {

	/**
	 * Returns the service for HTTP callouts.
	 */
	HttpCallouts httpCallouts();

	/**
	 * Returns the service for gRPC callouts.
	 */
	GrpcCallouts grpcCallouts();

	/**
	 * Returns the service for Redis callouts, by default {@link RedisCallouts#NONE}.
	 */
	default RedisCallouts redisCallouts() {
		return RedisCallouts.NONE;
	}

	/**
	 * Returns the store of metrics that guests define.
	 */
	GuestMeters meters();

	/**
	 * Returns the scheduler for timers and background work.
	 */
	HostScheduler scheduler();

	/**
	 * Returns the data and queues that VMs share, the same object for all plugins.
	 */
	SharedScopes sharedScopes();

	/**
	 * Returns the function of the application with a name, or {@code null} if there is
	 * none.
	 */
	@Nullable ForeignFunction foreignFunction(String name);

	/**
	 * Returns a secret of the application, or {@code null} if there is none. The caller
	 * has checked that the plugin may read it.
	 */
	default @Nullable String secret(String name) {
		return null;
	}

	/**
	 * Returns the observer that receives a plugin's events.
	 */
	PluginObserver observer(String plugin);

	/**
	 * Returns the logger for the guests of a plugin, by default the application's log.
	 */
	default GuestLogger logger(String plugin) {
		return GuestLogger.ofApplication(plugin);
	}

	/**
	 * Returns the clocks for guests, by default those of the system.
	 */
	default TimeSource time() {
		return TimeSource.SYSTEM;
	}

}
