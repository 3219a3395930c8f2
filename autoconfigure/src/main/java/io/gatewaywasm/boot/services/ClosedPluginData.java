package io.gatewaywasm.boot.services;

import io.gatewaywasm.boot.plugin.PluginListener;
import io.gatewaywasm.host.plugin.Plugin;
import io.gatewaywasm.host.spi.SharedScopes;

/**
 * Removes the shared data and queues of plugins that are defined in routes when they are
 * closed. The VM id of such a plugin is its id.
 */
public final class ClosedPluginData implements PluginListener {

	private final SharedScopes scopes;

	/**
	 * Creates a listener.
	 * @param scopes the data of all plugins
	 */
	public ClosedPluginData(SharedScopes scopes) {
		this.scopes = scopes;
	}

	@Override
	public void live(String id, Plugin plugin) {
		// VMs request their data when they start
	}

	@Override
	public void closed(String id) {
		this.scopes.remove(id);
	}

}
