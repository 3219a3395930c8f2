package io.gatewaywasm.host.spi;

import io.gatewaywasm.host.abi.LogLevel;

/**
 * Takes the lines that the guests of one plugin log. Thread-safe, and cheap when a level
 * is off. Levels are asked at each line, so that they can be switched while running.
 */
public interface GuestLogger {

	/**
	 * Return a logger that writes to the application's log under
	 * {@code gateway.wasm.plugin.<id>}.
	 * @param plugin the id of the plugin
	 * @return the logger
	 */
	static GuestLogger ofApplication(String plugin) {
		return new ApplicationGuestLogger(plugin);
	}

	/**
	 * Return whether lines of a level are wanted.
	 * @param level the level
	 * @return whether they are
	 */
	boolean isEnabled(LogLevel level);

	/**
	 * Take a line of a level that is enabled. The facts about its origin are in SLF4J's
	 * logging context at that time.
	 * @param level the level
	 * @param line the line, its control characters escaped
	 */
	void log(LogLevel level, String line);

}
