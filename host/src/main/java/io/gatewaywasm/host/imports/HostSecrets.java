package io.gatewaywasm.host.imports;

/**
 * Secrets and variables, an extension of G-Core.
 */
public interface HostSecrets {

	/**
	 * Returns the bytes of a secret.
	 */
	byte[] secret(String name);

	/**
	 * Returns the bytes of an environment variable.
	 */
	byte[] variable(String name);

}
