package io.gatewaywasm.boot.gateway;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns once for each plugin that has a body callback and gets a WebSocket, whose frames
 * it does not see. Thread-safe.
 */
final class UnseenFrames {

	private static final Logger logger = LoggerFactory.getLogger(UnseenFrames.class);

	private final Set<String> reported = ConcurrentHashMap.newKeySet();

	void warn(String plugin) {
		if (this.reported.add(plugin)) {
			logger.warn("Wasm plugin '{}' does not see the frames of a WebSocket that passes it. Set"
					+ " 'gateway.wasm.plugins.{}.websocket' to 'refuse' if it has to check them, or to 'pass' if not.",
					plugin, plugin);
		}
	}

}
