package io.gatewaywasm.boot.plugin;

import io.gatewaywasm.host.plugin.Plugin;

/**
 * Is told when plugins come and go. Must not throw.
 */
public interface PluginListener {

	/**
	 * A plugin went live.
	 * @param id the id of the plugin
	 * @param plugin the plugin
	 */
	void live(String id, Plugin plugin);

	/**
	 * An attempt to put a new version of a plugin in service ended.
	 * @param id the id of the plugin
	 * @param success whether the new version serves; if not, the old one goes on
	 */
	default void reloaded(String id, boolean success) {
	}

	/**
	 * A plugin was closed.
	 * @param id the id of the plugin
	 */
	void closed(String id);

}
