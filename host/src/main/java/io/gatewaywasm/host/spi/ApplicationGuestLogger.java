package io.gatewaywasm.host.spi;

import io.gatewaywasm.host.abi.LogLevel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Writes the lines of a guest to the application's log.
 */
final class ApplicationGuestLogger implements GuestLogger {

	private final Logger logger;

	ApplicationGuestLogger(String plugin) {
		this.logger = LoggerFactory.getLogger("gateway.wasm.plugin." + plugin);
	}

	@Override
	public boolean isEnabled(LogLevel level) {
		return this.logger.isEnabledForLevel(level(level));
	}

	@Override
	public void log(LogLevel level, String line) {
		this.logger.atLevel(level(level)).log(line);
	}

	private static Level level(LogLevel level) {
		return switch (level) {
			case TRACE -> Level.TRACE;
			case DEBUG -> Level.DEBUG;
			case INFO -> Level.INFO;
			case WARN -> Level.WARN;
			case ERROR, CRITICAL -> Level.ERROR;
		};
	}

}
