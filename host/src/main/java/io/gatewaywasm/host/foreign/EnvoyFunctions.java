package io.gatewaywasm.host.foreign;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import io.gatewaywasm.host.spi.ForeignCall;
import io.gatewaywasm.host.spi.ForeignFunction;
import io.gatewaywasm.host.spi.HttpStream;
import org.jspecify.annotations.Nullable;

/**
 * Finds Envoy's foreign functions by name. Those that evaluate CEL expressions
 * ({@code expr_create}, {@code expr_evaluate}, {@code expr_delete}) need a library and
 * are left to the gateway.
 */
public final class EnvoyFunctions {

	private static final Map<String, ForeignFunction> FUNCTIONS = Map.of("clear_route_cache",
			EnvoyFunctions::clearRouteCache, "compress", Compression::compress, "declare_property",
			FilterStateFunctions::declareProperty, "set_envoy_filter_state", FilterStateFunctions::set, "sign",
			SignatureFunctions::sign, "uncompress", Compression::uncompress, "verify_signature",
			SignatureFunctions::verify);

	private EnvoyFunctions() {
	}

	/**
	 * Find a function.
	 * @param name the name
	 * @return the function or {@code null} if Envoy has none of that name
	 */
	public static @Nullable ForeignFunction find(String name) {
		return FUNCTIONS.get(name);
	}

	/**
	 * Return the names of the functions.
	 * @return the names, sorted
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
