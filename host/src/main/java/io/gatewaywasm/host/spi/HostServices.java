package io.gatewaywasm.host.spi;

import org.jspecify.annotations.Nullable;

/**
 * Services that the gateway gives to all plugins. Thread-safe.
 */
public interface HostServices {

	/**
	 * Return what sends HTTP callouts.
	 * @return the HTTP callouts
	 */
	HttpCallouts httpCallouts();

	/**
	 * Return what makes gRPC callouts.
	 * @return the gRPC callouts
	 */
	GrpcCallouts grpcCallouts();

	/**
	 * Return what keeps guest-defined metrics.
	 * @return the meters
	 */
	GuestMeters meters();

	/**
	 * Return time and background work.
	 * @return the scheduler
	 */
	HostScheduler scheduler();

	/**
	 * Return the data and queues that VMs share.
	 * @return the scopes, the same object for all plugins
	 */
	SharedScopes sharedScopes();

	/**
	 * Return the application's function of a name.
	 * @param name the name
	 * @return the function or {@code null} if there is none
	 */
	@Nullable ForeignFunction foreignFunction(String name);

	/**
	 * Return who is told what a plugin does.
	 * @param plugin the id of the plugin
	 * @return the observer
	 */
	PluginObserver observer(String plugin);

	/**
	 * Return what takes the lines that a plugin's guests log.
	 * @param plugin the id of the plugin
	 * @return the logger, by default that of the application
	 */
	default GuestLogger logger(String plugin) {
		return GuestLogger.ofApplication(plugin);
	}

	/**
	 * Return the clocks that guests see.
	 * @return the clocks, by default those of the system
	 */
	default TimeSource time() {
		return TimeSource.SYSTEM;
	}

}
