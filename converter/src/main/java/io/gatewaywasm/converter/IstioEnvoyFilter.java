package io.gatewaywasm.converter;

import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * An {@code EnvoyFilter} of Istio: patches for the configuration of proxies. The gateway
 * has no equivalent of the proxies that a patch selects, or of its position in them.
 */
final class IstioEnvoyFilter {

	private static final String ON_ALL_ROUTES = " Its filters are on all routes. Move them to the routes that they"
			+ " apply to.";

	private static final String CONNECTION_MANAGER = "http_connection_manager";

	private final Conversion conversion;

	private final EnvoyFilters envoy;

	private final String file;

	private final Fields document;

	private final String path;

	private boolean hasFilters;

	IstioEnvoyFilter(Conversion conversion, EnvoyFilters envoy, String file, Fields document) {
		this.conversion = conversion;
		this.envoy = envoy;
		this.file = file;
		this.document = document;
		Fields metadata = document.object("metadata");
		this.path = "EnvoyFilter '%s'".formatted(metadata.text("name", ""));
		metadata.leaveOutAll();
	}

	/**
	 * Converts the filters of the patches, and returns whether there are filters, or
	 * clusters or settings of routes for filters of other documents.
	 */
	boolean convert() {
		this.document.leaveOut("apiVersion", "kind", "status");
		Fields spec = this.document.object("spec");
		boolean found = false;
		for (Fields patch : spec.objects("configPatches")) {
			found |= patch(patch);
		}
		if (found) {
			this.document.unread((field) -> this.conversion.note("%s: `%s` has no equivalent.%s", this.path, field,
					(this.hasFilters && isScope(field)) ? ON_ALL_ROUTES : ""));
		}
		return found;
	}

	private static boolean isScope(String field) {
		return field.contains(".match.") || field.equals("spec.workloadSelector") || field.equals("spec.targetRefs");
	}

	private boolean patch(Fields configPatch) {
		Fields patch = configPatch.object("patch");
		String operation = patch.text("operation", "ADD");
		String target = configPatch.text("applyTo", "");
		if (operation.equals("REMOVE")) {
			this.conversion.note("%s: `%s` removes a part of the proxy's configuration (%s) and is omitted.", this.path,
					configPatch.path(), target);
			configPatch.leaveOutAll();
			return false;
		}
		if (target.equals("CLUSTER") && operation.equals("ADD")) {
			this.envoy.cluster(this.file, new Fields(patch.at("value"), patch.value("value")));
			configPatch.leaveOut("match");
			return true;
		}
		if (!this.envoy.convert(this.file, patch.at("value"), patch.value("value"))) {
			this.conversion.note("%s: `%s` (%s%s) has no equivalent.", this.path, configPatch.path(), target,
					name(patch.value("value")));
			configPatch.leaveOutAll();
			return false;
		}
		this.hasFilters = true;
		Fields match = configPatch.object("match");
		operation(patch, operation, position(match.object("listener").object("filterChain").object("filter")));
		context(match);
		return true;
	}

	private static String name(@Nullable Object value) {
		return (value instanceof Map<?, ?> map && map.get("name") != null) ? " '%s'".formatted(map.get("name")) : "";
	}

	private void operation(Fields patch, String operation, String position) {
		if (operation.equals("MERGE") || operation.equals("REPLACE")) {
			this.conversion.note(
					"%s: `%s` is %s, so that an existing filter%s changes. Check that the plugin is complete.",
					this.path, patch.at("operation"), operation, position);
		}
		else if (!operation.equals("ADD") || !position.isEmpty()) {
			this.conversion.note(
					"%s: `%s` is %s%s, a place among the filters of the proxy. Check the order of the filters.",
					this.path, patch.at("operation"), operation, position);
		}
	}

	/** Returns the filter that a patch changes, or that is next to its place. */
	private static String position(Fields filter) {
		String name = filter.text("name", CONNECTION_MANAGER);
		String inner = filter.object("subFilter").text("name", "");
		if (!inner.isEmpty() || !name.endsWith(CONNECTION_MANAGER)) {
			return " '%s'".formatted(inner.isEmpty() ? name : inner);
		}
		return "";
	}

	/** Notes the kind of proxies, unless it is each one. */
	private void context(Fields match) {
		String context = match.text("context", "ANY");
		if (!context.equals("ANY")) {
			this.conversion.note("%s: `%s` is %s, which has no equivalent.%s", this.path, match.at("context"), context,
					ON_ALL_ROUTES);
		}
	}

}
