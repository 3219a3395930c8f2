package io.gatewaywasm.host.imports;

import java.util.Map;

/**
 * What WASI offers a guest: an environment, randomness and two output streams that lead
 * to the log.
 */
public interface HostProcess {

	/**
	 * Return the environment that was configured for the plugin, never the host's own.
	 * @return variables in order
	 */
	Map<String, String> environment();

	/**
	 * Fill an array with random bytes.
	 * @param target the array to fill
	 */
	void random(byte[] target);

	/**
	 * Take bytes that the guest wrote to an output stream.
	 * @param descriptor 1 for standard output, 2 for standard error
	 * @param data the bytes
	 */
	void write(int descriptor, byte[] data);

}
