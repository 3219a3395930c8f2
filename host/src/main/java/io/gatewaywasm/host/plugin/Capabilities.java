package io.gatewaywasm.host.plugin;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

import io.gatewaywasm.host.abi.Callback;
import io.gatewaywasm.host.imports.ImportTable;
import io.gatewaywasm.host.imports.ImportedFunction;

/**
 * The names that {@code allowed_capabilities} can contain: the host functions and
 * callbacks of this host, and those that other hosts know, so that a list written for
 * Envoy is valid here. A function that no host knows is rejected, because allowing it
 * would have no effect.
 */
public final class Capabilities {

	/**
	 * Functions of Envoy and Higress that guests may export and this host never calls,
	 * and functions that are used even if they are not listed: start functions,
	 * allocators and ABI markers.
	 */
	private static final List<String> WITHOUT_EFFECT = List.of("proxy_validate_configuration",
			"proxy_on_new_connection", "proxy_on_downstream_data", "proxy_on_upstream_data",
			"proxy_on_downstream_connection_close", "proxy_on_upstream_connection_close", "proxy_on_request_metadata",
			"proxy_on_response_metadata", "proxy_on_stats_update", "envoy_on_resolve_dns", "proxy_on_memory_allocate",
			"malloc", "_initialize", "_start", "main", "__main_void", "proxy_abi_version_0_1_0",
			"proxy_abi_version_0_2_0", "proxy_abi_version_0_2_1", "proxy_abi_version_0_2_100");

	private static final NavigableSet<String> NAMES = names();

	private Capabilities() {
	}

	/**
	 * Returns whether this or another host knows a function with the name.
	 */
	public static boolean isKnown(String name) {
		return NAMES.contains(name);
	}

	/**
	 * Returns all valid names in alphabetical order.
	 */
	public static NavigableSet<String> known() {
		return NAMES;
	}

	private static NavigableSet<String> names() {
		NavigableSet<String> names = new TreeSet<>(WITHOUT_EFFECT);
		ImportTable.functions().stream().map(ImportedFunction::name).forEach(names::add);
		Arrays.stream(Callback.values()).map(Callback::export).forEach(names::add);
		return Collections.unmodifiableNavigableSet(names);
	}

}
