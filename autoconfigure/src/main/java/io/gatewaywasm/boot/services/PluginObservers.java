package io.gatewaywasm.boot.services;

import io.gatewaywasm.host.spi.PluginObserver;

/**
 * Makes the observers that are told what plugins do.
 */
@FunctionalInterface
public interface PluginObservers {

	/** Nobody wants to know. */
	PluginObservers NONE = (plugin) -> PluginObserver.NONE;

	/**
	 * Return the observer of a plugin.
	 * @param plugin the id of the plugin
	 * @return the observer
	 */
	PluginObserver observer(String plugin);

}
