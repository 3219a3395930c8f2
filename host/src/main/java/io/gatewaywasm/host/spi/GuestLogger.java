package io.gatewaywasm.host.spi;

import io.gatewaywasm.host.abi.LogLevel;

/**
 * Receives the lines that the guests of one plugin log. Thread-safe, and cheap if a level
 * is disabled. Levels are checked for each line, so they can change at run time.
 */
public interface GuestLogger {

	/**
	 * Returns a logger that writes to the application's log as {@code
	 * gateway.wasm.plugin.<id>}.
	 */
	static GuestLogger ofApplication(String plugin) {
		return new ApplicationGuestLogger(plugin);
	}

	/**
	 * Returns whether a level is enabled.
	 */
	boolean isEnabled(LogLevel level);

	/**
	 * Logs a line whose level is enabled. SLF4J's logging context contains facts about
	 * its origin.
	 * @param level the level
	 * @param line the line, with control characters escaped
	 */
	void log(LogLevel level, String line);

}
