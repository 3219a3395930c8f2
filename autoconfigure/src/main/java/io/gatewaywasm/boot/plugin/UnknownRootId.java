package io.gatewaywasm.boot.plugin;

import java.nio.charset.StandardCharsets;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns if a module reads the root id, but does not contain the configured one. If the
 * module selects its filter by the root id, requests may pass without the filter. A
 * module can also read the root id for other purposes.
 */
final class UnknownRootId {

	private static final Logger logger = LoggerFactory.getLogger(UnknownRootId.class);

	private static final byte[] PROPERTY = "plugin_root_id".getBytes(StandardCharsets.UTF_8);

	private UnknownRootId() {
	}

	static void warn(String plugin, String rootId, byte[] module) {
		if (!rootId.isEmpty() && contains(module, PROPERTY)
				&& !contains(module, rootId.getBytes(StandardCharsets.UTF_8))) {
			logger.warn(
					"Wasm plugin '{}': The module reads the root id, but does not contain '{}'. If it selects its filter by"
							+ " the root id, requests may pass without it. Compare 'root-id' with the filter's"
							+ " documentation.",
					plugin, WasmPluginException.printable(rootId));
		}
	}

	private static boolean contains(byte[] bytes, byte[] text) {
		for (int start = 0; start <= bytes.length - text.length; start++) {
			int matched = 0;
			while (matched < text.length && bytes[start + matched] == text[matched]) {
				matched++;
			}
			if (matched == text.length) {
				return true;
			}
		}
		return false;
	}

}
