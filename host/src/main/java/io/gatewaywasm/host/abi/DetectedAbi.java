package io.gatewaywasm.host.abi;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The ABI version of a module.
 *
 * @param version the version
 * @param marked whether the module says so itself; otherwise it was judged by its imports
 * and exports
 */
public record DetectedAbi(AbiVersion version, boolean marked) {

	private static final String MARKER = "proxy_abi_version_";

	private static final Set<String> ONLY_0_1 = Set.of("proxy_get_configuration", "proxy_continue_request",
			"proxy_continue_response");

	private static final Set<String> ONLY_0_2 = Set.of("proxy_continue_stream", "proxy_close_stream",
			"proxy_get_log_level");

	/**
	 * Detect the version of a module: the first marker in the order of its exports, else
	 * the version that its imports and callbacks belong to.
	 * @param exports the exported functions in the module's order
	 * @param imports the imported functions
	 * @return the version or {@code null} if the module is none for Proxy-Wasm, exporting
	 * no function whose name starts with {@code proxy_}
	 */
	public static @Nullable DetectedAbi detect(Map<String, FunctionSignature> exports, List<FunctionImport> imports) {
		boolean found = false;
		for (String export : exports.keySet()) {
			AbiVersion version = AbiVersion.ofMarker(export);
			if (version != null) {
				return new DetectedAbi(version, true);
			}
			found |= export.startsWith("proxy_");
		}
		return found ? new DetectedAbi(judge(exports, imports), false) : null;
	}

	/**
	 * Returns the marker of a version that this host does not know, if a module has no
	 * other marker. As in Envoy, such a module is refused.
	 * @param exports the names of the exported functions
	 * @return the name of the marker, or {@code null}
	 */
	public static @Nullable String unknownMarker(Collection<String> exports) {
		if (exports.stream().anyMatch((export) -> AbiVersion.ofMarker(export) != null)) {
			return null;
		}
		return exports.stream().filter((export) -> export.startsWith(MARKER)).findFirst().orElse(null);
	}

	private static AbiVersion judge(Map<String, FunctionSignature> exports, List<FunctionImport> imports) {
		// proxy_clear_route_cache tells nothing: AssemblyScript's SDK imports it always.
		if (imports.stream().anyMatch((candidate) -> ONLY_0_2.contains(candidate.name()))) {
			return AbiVersion.V0_2_0;
		}
		if (imports.stream().anyMatch((candidate) -> ONLY_0_1.contains(candidate.name()))) {
			return AbiVersion.V0_1_0;
		}
		boolean shortCallback = hasTwoParameters(exports.get("proxy_on_request_headers"))
				|| hasTwoParameters(exports.get("proxy_on_response_headers"));
		return shortCallback ? AbiVersion.V0_1_0 : AbiVersion.V0_2_0;
	}

	private static boolean hasTwoParameters(@Nullable FunctionSignature signature) {
		return signature != null && signature.parameters().size() == 2;
	}

}
