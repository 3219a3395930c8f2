package io.gatewaywasm.boot.plugin;

/**
 * The bytes that a plugin is made from.
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
	 * Return the digest of the module.
	 * @return the SHA-256 in hexadecimal
	 */
	String sha256() {
		return this.sha256;
	}

	/**
	 * Return a digest of everything.
	 * @return a digest that differs if one of the bytes does
	 */
	String digest() {
		return this.sha256 + Sha256.of(this.configuration);
	}

}
