package io.gatewaywasm.boot.cel;

import io.gatewaywasm.host.abi.PrintableText;
import io.gatewaywasm.host.spi.OncePerMinuteByName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs invalid expressions, one per plugin and minute, because a guest can make an
 * expression from what a client sends. Thread-safe.
 */
final class InvalidExpressionLog {

	private static final Logger logger = LoggerFactory.getLogger(InvalidExpressionLog.class);

	private static final int MAX_PLUGINS = 1000;

	private final OncePerMinuteByName plugins = new OncePerMinuteByName(MAX_PLUGINS);

	void invalid(String plugin, String reason) {
		long before = this.plugins.take(plugin);
		if (before >= 0) {
			logger.info("Wasm plugin '{}' has an invalid expression{}: {}", plugin,
					(before > 0) ? " (and " + before + " before it)" : "",
					PrintableText.of(reason, PrintableText.MESSAGE));
		}
	}

}
