package io.gatewaywasm.boot.plugin;

import java.nio.charset.StandardCharsets;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns if a module selects its filter by the root id and does not contain the configured
 * one. With the C++ SDK, such a plugin starts and lets every request pass, as it does in
 * Envoy. Modules that do not read the root id are not affected: those of the SDKs for
 * Rust and Go.
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
					"Wasm plugin '{}': The module selects its filter by the root id, but does not contain the root id '{}'."
							+ " If no filter has it, every request passes. Check 'root-id', which the filter's"
							+ " documentation names.",
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
