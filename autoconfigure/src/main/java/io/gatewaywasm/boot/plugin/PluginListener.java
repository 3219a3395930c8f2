package io.gatewaywasm.boot.plugin;

import io.gatewaywasm.host.plugin.Plugin;

/**
 * Receives notifications when plugins are loaded, reloaded and closed. Must not throw.
 */
public interface PluginListener {

	/**
	 * Called when a plugin goes live.
	 */
	void live(String id, Plugin plugin);

	/**
	 * Called when a reload has ended.
	 * @param id the id of the plugin
	 * @param success whether the new version serves; otherwise the old one keeps serving
	 */
	default void reloaded(String id, boolean success) {
	}

	/**
	 * Called when a plugin is closed.
	 */
	void closed(String id);

}
