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
 * The names that {@code allowed_capabilities} can have: the host functions and callbacks
 * of this host, and those that other hosts know, so that a list written for Envoy is
 * valid here. A function that no host knows cannot be allowed, since it does nothing.
 */
public final class Capabilities {

	/**
	 * Functions of Envoy and Higress that guests may export and this host never calls,
	 * and the allocators, which are called whether they are listed or not.
	 */
	private static final List<String> NEVER_CALLED = List.of("proxy_validate_configuration", "proxy_on_new_connection",
			"proxy_on_downstream_data", "proxy_on_upstream_data", "proxy_on_downstream_connection_close",
			"proxy_on_upstream_connection_close", "proxy_on_request_metadata", "proxy_on_response_metadata",
			"proxy_on_stats_update", "proxy_on_redis_call_response", "envoy_on_resolve_dns", "proxy_on_memory_allocate",
			"malloc");

	private static final NavigableSet<String> NAMES = names();

	private Capabilities() {
	}

	/**
	 * Returns whether a name can be allowed.
	 * @param name the name as a list of capabilities has it
	 * @return whether this host, or another one, knows a function of that name
	 */
	public static boolean isKnown(String name) {
		return NAMES.contains(name);
	}

	/**
	 * Returns all names that can be allowed.
	 * @return the names in alphabetical order
	 */
	public static NavigableSet<String> known() {
		return NAMES;
	}

	private static NavigableSet<String> names() {
		NavigableSet<String> names = new TreeSet<>(NEVER_CALLED);
		ImportTable.functions().stream().map(ImportedFunction::name).forEach(names::add);
		Arrays.stream(Callback.values()).map(Callback::export).forEach(names::add);
		return Collections.unmodifiableNavigableSet(names);
	}

}
