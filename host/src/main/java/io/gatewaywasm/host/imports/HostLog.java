package io.gatewaywasm.host.imports;

import io.gatewaywasm.host.abi.LogLevel;

/**
 * Logging (section "Logging").
 */
public interface HostLog {

	/**
	 * Return whether lines of a level are written at this moment.
	 * @param level the level
	 * @return {@code false} if the message need not be read
	 */
	boolean isLogEnabled(LogLevel level);

	/**
	 * Write a line.
	 * @param level the level
	 * @param message the message as the guest gave it
	 */
	void log(LogLevel level, String message);

	/**
	 * Return the lowest level that is written at this moment.
	 * @return the level
	 */
	LogLevel logLevel();

	/**
	 * Note that the guest called a function that this host does not offer.
	 * @param function the qualified name of the import
	 */
	void unimplemented(String function);

}
