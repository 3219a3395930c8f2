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
	 * Take a line that the guest wrote to an output stream. Not called while
	 * {@link HostLog#isLogEnabled} says that the stream's level is off.
	 * @param descriptor 1 for standard output, which is logged as
	 * {@link io.gatewaywasm.host.abi.LogLevel#INFO}, or 2 for standard error, which is
	 * logged as {@link io.gatewaywasm.host.abi.LogLevel#ERROR}
	 * @param data the bytes of the line without its newline, possibly none
	 */
	void write(int descriptor, byte[] data);

}
