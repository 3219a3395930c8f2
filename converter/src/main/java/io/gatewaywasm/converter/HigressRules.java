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

	private final Fields spec;

	private boolean isDisabled;

	HigressRules(Conversion conversion, String path, Fields spec) {
		this.conversion = conversion;
		this.path = path;
		this.spec = spec;
	}

	static boolean isHigress(Fields document) {
		return document.text("apiVersion", "").startsWith("extensions.higress.io/");
	}

	/** Returns whether the plugin runs for no request. Known with the configuration. */
	boolean isDisabled() {
		return this.isDisabled;
	}

	/** Higress ignores its own fields if there is a configuration as in Istio. */
	@Nullable Object configuration() {
		if (this.spec.has("pluginConfig")) {
			return this.spec.value("pluginConfig");
		}
		Map<String, Object> configuration = new LinkedHashMap<>();
		boolean disabled = this.spec.isTrue("defaultConfigDisable");
		Map<String, Object> everywhere = config(this.spec, "defaultConfig");
		if (!disabled) {
			configuration.putAll(everywhere);
		}
		List<Map<String, Object>> rules = new ArrayList<>();
		for (Fields rule : this.spec.objects("matchRules")) {
			if (rule.isTrue("configDisable")) {
				rule.leaveOutAll();
				this.conversion.note("%s: `%s` is disabled and omitted.", this.path, rule.path());
				continue;
			}
			rules.add(rule(rule));
		}
		if (!rules.isEmpty()) {
			configuration.put("_rules_", rules);
		}
		else if (disabled) {
			this.isDisabled = true;
			this.conversion.note("%s is disabled everywhere, and on no route.", this.path);
		}
		return configuration.isEmpty() ? null : configuration;
	}

	private Map<String, Object> config(Fields fields, String name) {
		Map<String, Object> config = new LinkedHashMap<>();
		Object value = fields.value(name);
		if (value instanceof Map<?, ?> map) {
			map.forEach((key, element) -> config.put(String.valueOf(key), element));
		}
		else if (value != null) {
			this.conversion.note("%s: `%s` is not an object, and omitted.", this.path, fields.at(name));
		}
		return config;
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
		converted.putAll(config(rule, "config"));
		return converted;
	}

	private static void match(Map<String, Object> rule, String name, List<String> values) {
		if (!values.isEmpty()) {
			rule.put(name, values);
		}
	}

}
