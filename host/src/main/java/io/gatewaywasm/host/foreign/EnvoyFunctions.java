package io.gatewaywasm.host.foreign;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import io.gatewaywasm.host.spi.ForeignCall;
import io.gatewaywasm.host.spi.ForeignFunction;
import io.gatewaywasm.host.spi.HttpStream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the foreign functions of Envoy and Higress by name. The functions for CEL
 * expressions ({@code expr_create}, {@code expr_evaluate}, {@code expr_delete}) need a
 * library, so the gateway provides them.
 */
public final class EnvoyFunctions {

	private static final Map<String, ForeignFunction> FUNCTIONS = Map.of("clear_route_cache",
			EnvoyFunctions::clearRouteCache, "compress", Compression::compress, "declare_property",
			FilterStateFunctions::declareProperty, "inject_encoded_data_to_filter_chain_on_header",
			InjectFunctions::inject, "set_envoy_filter_state", FilterStateFunctions::set, "sign",
			SignatureFunctions::sign, "uncompress", Compression::uncompress, "verify_signature",
			SignatureFunctions::verify);

	private EnvoyFunctions() {
	}

	/**
	 * Returns the function with a name, or {@code null} if there is none.
	 */
	public static @Nullable ForeignFunction find(String name) {
		return FUNCTIONS.get(name);
	}

	/**
	 * Returns the names of the functions in alphabetical order.
	 */
	public static Set<String> names() {
		return new TreeSet<>(FUNCTIONS.keySet());
	}

	private static byte[] clearRouteCache(ForeignCall call, byte[] arguments) {
		HttpStream stream = call.stream();
		if (stream != null) {
			stream.clearRouteCache();
		}
		return new byte[0];
	}

}
