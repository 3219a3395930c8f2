package io.gatewaywasm.boot.plugin;

import io.gatewaywasm.host.engine.ModuleBytes;

/**
 * The module and the configuration of a plugin.
 */
record PluginSource(ModuleBytes module, byte[] configuration) {

	/**
	 * Returns a digest of the module and the configuration.
	 */
	String digest() {
		return this.module.sha256() + Sha256.of(this.configuration);
	}

}
