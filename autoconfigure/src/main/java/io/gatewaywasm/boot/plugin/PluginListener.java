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
	 * A plugin was closed.
	 * @param id the id of the plugin
	 */
	void closed(String id);

}
