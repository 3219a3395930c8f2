package io.gatewaywasm.boot.plugin;

/**
 * The bytes of a plugin's module and configuration.
 */
final class PluginSource {

	private final byte[] module;

	private final byte[] configuration;

	private final String sha256;

	PluginSource(byte[] module, byte[] configuration) {
		this.module = module;
		this.configuration = configuration;
		this.sha256 = Sha256.of(module);
	}

	byte[] module() {
		return this.module;
	}

	byte[] configuration() {
		return this.configuration;
	}

	/**
	 * Returns the SHA-256 digest of the module in hexadecimal.
	 */
	String sha256() {
		return this.sha256;
	}

	/**
	 * Returns a digest of the module and the configuration.
	 */
	String digest() {
		return this.sha256 + Sha256.of(this.configuration);
	}

}
