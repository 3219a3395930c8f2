package io.gatewaywasm.converter;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The configurations of a Higress plugin: one for all requests and one for each rule.
 * Plugins of Higress read both from one document, with the rules under {@code _rules_}.
 */
final class HigressRules {

	private final Conversion conversion;

	private final String path;

	HigressRules(Conversion conversion, String path) {
		this.conversion = conversion;
		this.path = path;
	}

	static boolean isHigress(Fields document) {
		return document.text("apiVersion", "").startsWith("extensions.higress.io/");
	}

	@Nullable Object configuration(Fields spec) {
		Map<String, Object> configuration = new LinkedHashMap<>();
		Object everywhere = spec.has("defaultConfig") ? spec.value("defaultConfig") : spec.value("pluginConfig");
		spec.leaveOut("pluginConfig");
		boolean disabled = spec.isTrue("defaultConfigDisable");
		if (!disabled && everywhere instanceof Map<?, ?> map) {
			map.forEach((name, value) -> configuration.put(String.valueOf(name), value));
		}
		List<Map<String, Object>> rules = new ArrayList<>();
		for (Fields rule : spec.objects("matchRules")) {
			if (rule.isTrue("configDisable")) {
				rule.leaveOut(rule.names().toArray(String[]::new));
				this.conversion.note("%s: `%s` is disabled and omitted.", this.path, rule.path());
				continue;
			}
			rules.add(rule(rule));
		}
		if (!rules.isEmpty()) {
			configuration.put("_rules_", rules);
		}
		else if (disabled) {
			this.conversion.note("%s is disabled everywhere. Omit it on routes.", this.path);
		}
		return configuration.isEmpty() ? null : configuration;
	}

	private Map<String, Object> rule(Fields rule) {
		Map<String, Object> converted = new LinkedHashMap<>();
		match(converted, "_match_route_", rule.texts("ingress"));
		match(converted, "_match_domain_", rule.texts("domain"));
		match(converted, "_match_service_", rule.texts("service"));
		if (rule.has("ingress")) {
			this.conversion.note(
					"%s: this gateway matches `%s.ingress` with route ids. Use the names of the ingresses as route ids.",
					this.path, rule.path());
		}
		if (rule.has("service")) {
			this.conversion.note("%s: this gateway matches `%s.service` with host and port of the route's URI.",
					this.path, rule.path());
		}
		if (rule.value("config") instanceof Map<?, ?> config) {
			config.forEach((name, value) -> converted.put(String.valueOf(name), value));
		}
		return converted;
	}

	private static void match(Map<String, Object> rule, String name, List<String> values) {
		if (!values.isEmpty()) {
			rule.put(name, values);
		}
	}

}
