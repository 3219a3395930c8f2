package io.gatewaywasm.boot.plugin;

import io.gatewaywasm.host.engine.ModuleBytes;
import io.gatewaywasm.registry.oci.Digest;

/**
 * The module and the configuration of a plugin.
 */
record PluginSource(ModuleBytes module, byte[] configuration) {

	/**
	 * Returns a digest of the module and the configuration.
	 */
	String digest() {
		return this.module.sha256() + Digest.sha256(this.configuration).hex();
	}

}
