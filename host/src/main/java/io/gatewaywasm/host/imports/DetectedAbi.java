package io.gatewaywasm.host.imports;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.gatewaywasm.host.abi.FunctionImport;
import io.gatewaywasm.host.abi.FunctionSignature;
import org.jspecify.annotations.Nullable;

/**
 * The ABI version of a module.
 *
 * @param version the version
 * @param marked whether the module declares it; otherwise it was inferred from imports
 * and exports
 */
public record DetectedAbi(AbiVersion version, boolean marked) {

	private static final String MARKER = "proxy_abi_version_";

	private static final Set<String> ONLY_0_1 = Set.of("proxy_get_configuration", "proxy_continue_request",
			"proxy_continue_response");

	private static final Set<String> ONLY_0_2 = Set.of("proxy_continue_stream", "proxy_close_stream",
			"proxy_get_log_level");

	/**
	 * Detects the version of a module: that of the first exported marker, or else the
	 * version that its imports and callbacks belong to.
	 * @param exports the exported functions in the module's order
	 * @param imports the imported functions
	 * @return the version, or {@code null} if the module exports no function whose name
	 * starts with {@code proxy_}, and is therefore not a Proxy-Wasm module
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
		return found ? new DetectedAbi(infer(exports, imports), false) : null;
	}

	/**
	 * Returns the marker of a version that this host does not support, or {@code null} if
	 * the module has none or also has a supported one. As in Envoy, such a module is
	 * rejected.
	 */
	public static @Nullable String unknownMarker(Collection<String> exports) {
		if (exports.stream().anyMatch((export) -> AbiVersion.ofMarker(export) != null)) {
			return null;
		}
		return exports.stream().filter((export) -> export.startsWith(MARKER)).findFirst().orElse(null);
	}

	private static AbiVersion infer(Map<String, FunctionSignature> exports, List<FunctionImport> imports) {
		// proxy_clear_route_cache is not significant, because AssemblyScript's SDK always
		// imports it.
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
