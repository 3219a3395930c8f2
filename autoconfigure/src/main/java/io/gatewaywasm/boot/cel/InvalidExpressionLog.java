package io.gatewaywasm.boot.cel;

import java.util.LinkedHashMap;
import java.util.Map;

import io.gatewaywasm.host.abi.PrintableText;
import io.gatewaywasm.host.spi.OncePerMinute;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs invalid expressions, one per plugin and minute, because a guest can make an
 * expression from what a client sends. Thread-safe.
 */
final class InvalidExpressionLog {

	private static final Logger logger = LoggerFactory.getLogger(InvalidExpressionLog.class);

	private static final int MAX_PLUGINS = 1000;

	/** By plugin, the least recently used one first. */
	private final Map<String, OncePerMinute> rates = new LinkedHashMap<>(16, 0.75f, true);

	void invalid(String plugin, String reason) {
		long before = rate(plugin).take();
		if (before >= 0) {
			logger.info("Wasm plugin '{}' has an invalid expression{}: {}", plugin,
					(before > 0) ? " (and " + before + " before it)" : "",
					PrintableText.of(reason, PrintableText.MESSAGE));
		}
	}

	private synchronized OncePerMinute rate(String plugin) {
		OncePerMinute rate = this.rates.computeIfAbsent(plugin, (id) -> new OncePerMinute());
		if (this.rates.size() > MAX_PLUGINS) {
			this.rates.remove(this.rates.keySet().iterator().next());
		}
		return rate;
	}

}
