package io.gatewaywasm.host.imports;

import java.util.Map;

/**
 * Services for WASI: environment variables, random numbers, and two output streams that
 * are written to the log.
 */
public interface HostProcess {

	/**
	 * Returns the environment variables of the plugin, in order. They do not include
	 * those of the host.
	 */
	Map<String, String> environment();

	/**
	 * Fills an array with random bytes.
	 */
	void random(byte[] target);

	/**
	 * Logs a line that the guest wrote to an output stream. Not called if
	 * {@link HostLog#isLogEnabled} returns {@code false} for the stream's level.
	 * @param descriptor 1 for standard output, which is logged as
	 * {@link io.gatewaywasm.host.abi.LogLevel#INFO}, or 2 for standard error, which is
	 * logged as {@link io.gatewaywasm.host.abi.LogLevel#ERROR}
	 * @param data the bytes of the line without its newline, possibly none
	 */
	void write(int descriptor, byte[] data);

}
