package io.gatewaywasm.boot.services;

import io.gatewaywasm.host.spi.PluginObserver;

/**
 * Creates the observers that receive the events of plugins.
 */
@FunctionalInterface
public interface PluginObservers {

	/** Ignores all events. */
	PluginObservers NONE = (plugin) -> PluginObserver.NONE;

	/**
	 * Returns the observer of a plugin.
	 */
	PluginObserver observer(String plugin);

}
