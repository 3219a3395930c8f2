package io.gatewaywasm.host.imports;

import io.gatewaywasm.host.abi.LogLevel;

/**
 * Logging (section "Logging").
 */
public interface HostLog {

	/**
	 * Returns whether a level is enabled. If it is not, the message need not be read.
	 */
	boolean isLogEnabled(LogLevel level);

	/**
	 * Logs a message.
	 * @param level the level
	 * @param message the message as the guest has passed it
	 */
	void log(LogLevel level, String message);

	/**
	 * Returns the lowest enabled level.
	 */
	LogLevel logLevel();

	/**
	 * Records that the guest called a function that this host does not implement.
	 * @param function the qualified name of the import
	 */
	void unimplemented(String function);

}
