package io.gatewaywasm.boot.plugin;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains a {@link WasmPluginException} that keeps the application from starting.
 */
class WasmPluginFailureAnalyzer extends AbstractFailureAnalyzer<WasmPluginException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, WasmPluginException cause) {
		StringBuilder description = new StringBuilder("A Wasm plugin cannot be used:\n\n");
		line(description, "Plugin", cause.getPlugin());
		if (cause.getRouteId() != null) {
			line(description, "Route", cause.getRouteId());
		}
		if (cause.getLocation() != null) {
			line(description, "Location", cause.getLocation());
		}
		line(description, "Reason", cause.getReason());
		return new FailureAnalysis(description.toString(), cause.getRemedy(), cause);
	}

	private static void line(StringBuilder description, String label, String value) {
		description.append("    ").append(label).append(": ").append(value.strip()).append('\n');
	}

}
