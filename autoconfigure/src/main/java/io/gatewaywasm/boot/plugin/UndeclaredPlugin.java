package io.gatewaywasm.boot.plugin;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

/**
 * Creates the failure of a route or property that names a plugin that is not declared.
 */
final class UndeclaredPlugin {

	private UndeclaredPlugin() {
	}

	/**
	 * Returns the failure, with the closest of the declared names.
	 */
	static WasmPluginException failure(String name, @Nullable String routeId, Collection<PluginDefinition> declared) {
		Set<String> names = new TreeSet<>();
		declared.forEach((definition) -> names.add(definition.id()));
		String printable = WasmPluginException.printable(name);
		return new WasmPluginException(name, routeId, null, "No plugin with that name is declared",
				ClosestName.hint(name, names)
						+ (names.isEmpty() ? "Declare it with 'gateway.wasm.plugins.%s.url'.".formatted(printable)
								: "Declare it with 'gateway.wasm.plugins.%s.url', or use one of %s."
									.formatted(printable, names)),
				null);
	}

}
