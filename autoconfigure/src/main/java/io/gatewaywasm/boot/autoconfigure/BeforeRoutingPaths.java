package io.gatewaywasm.boot.autoconfigure;

import java.util.List;

import io.gatewaywasm.boot.gateway.HandlerPaths;

/**
 * Reads the path patterns at which plugins run before the application's own handlers.
 */
final class BeforeRoutingPaths {

	private static final String PROPERTY = "gateway.wasm.before-routing-handlers";

	private BeforeRoutingPaths() {
	}

	static HandlerPaths of(WasmGatewayProperties properties) {
		List<String> patterns = properties.beforeRoutingHandlers();
		InvalidWasmPropertyException.unless(patterns.isEmpty() || !properties.beforeRouting().isEmpty(), PROPERTY,
				patterns, "The list 'gateway.wasm.before-routing' is empty, so no plugin runs at these paths",
				"List plugins in 'gateway.wasm.before-routing', or remove the property.");
		try {
			return HandlerPaths.of(patterns);
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidWasmPropertyException(PROPERTY, patterns, String.valueOf(ex.getMessage()),
					"Use patterns such as '/api/**' or '/api/{name}'.");
		}
	}

}
