package io.gatewaywasm.converter;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * The filters {@code envoy.filters.http.wasm} anywhere in an Envoy configuration, and the
 * clusters that they name. Listeners, routes and clusters can be in separate documents.
 */
final class EnvoyFilters {

	private static final String TYPE = "envoy.extensions.filters.http.wasm.v3.Wasm";

	private final Conversion conversion;

	private final EnvoyClusters clusters;

	/** The names of the filters in their filter chains. */
	private final Set<String> names = new HashSet<>();

	/** Places of settings of single routes, with the name of the filter. */
	private final Map<String, String> perRoute = new LinkedHashMap<>();

	private EnvoyClusters.Document document;

	private boolean found;

	EnvoyFilters(Conversion conversion) {
		this.conversion = conversion;
		this.clusters = new EnvoyClusters(conversion);
		this.document = this.clusters.document("");
	}

	/**
	 * The entry of a filter chain that contains a filter.
	 *
	 * @param name its name there
	 * @param isDisabled whether it runs only on routes that enable it
	 */
	private record Entry(String name, boolean isDisabled) {

		private static final Entry NONE = new Entry("", false);

		/** Returns the entry that an object is, or {@code outer} if it is none. */
		static Entry of(Fields object, Entry outer) {
			if (!object.has("typed_config") && !object.has("config_discovery")) {
				return outer;
			}
			return new Entry(object.has("name") ? String.valueOf(object.value("name")) : outer.name(),
					outer.isDisabled() || "true".equals(String.valueOf(object.value("disabled"))));
		}

	}

	/**
	 * Converts the filters of a document, and returns whether it contains filters, or
	 * clusters or settings of routes for filters of other documents.
	 */
	boolean convert(String file, Object document) {
		this.document = this.clusters.document(file);
		this.found = false;
		find("", new EnvoyDump(this.conversion, file).inUse(document), Entry.NONE);
		return this.found || !this.document.clusters().isEmpty();
	}

	/**
	 * Converts what refers to a filter by its name, when the filters of all documents are
	 * known.
	 */
	void finish() {
		this.clusters.declare();
		this.perRoute.forEach((place, name) -> {
			if (this.names.contains(name)) {
				this.conversion.note("%s has no equivalent. Write the filters of this route into its `filters`.",
						place);
			}
		});
	}

	private void find(String path, @Nullable Object value, Entry outer) {
		if (value instanceof List<?> list) {
			for (int index = 0; index < list.size(); index++) {
				find("%s[%d]".formatted(path, index), list.get(index), outer);
			}
		}
		else if (value instanceof Map<?, ?> map) {
			Fields fields = new Fields(path, map);
			Entry entry = Entry.of(fields, outer);
			Object type = map.get("@type");
			if (this.document.add(fields, type)) {
				return;
			}
			if (type instanceof String name && name.endsWith("/" + TYPE)) {
				filter(fields, entry);
				return;
			}
			if (isTypedStruct(type) && String.valueOf(fields.value("type_url")).endsWith("/" + TYPE)) {
				filter(new Fields(path + ".value", map.get("value")), entry);
				return;
			}
			if (fields.object("config_discovery").texts("type_urls").stream().anyMatch((url) -> url.endsWith(TYPE))) {
				this.conversion.note("Filter '%s': its configuration comes from a discovery service. Convert that one.",
						entry.name());
			}
			if (type instanceof String name && name.endsWith(".ExtensionWithMatcher")) {
				this.conversion.note("`%s`: the matcher has no equivalent. The filter runs on all requests.", path);
			}
			if (type instanceof String name && name.contains(".wasm.v3.")) {
				this.conversion.note("`%s` is a %s, but the gateway runs only HTTP filters.", path,
						name.substring(name.lastIndexOf('/') + 1));
				return;
			}
			map.forEach((key, element) -> {
				String child = path.isEmpty() ? String.valueOf(key) : path + "." + key;
				if (isPerRoute(String.valueOf(key)) && element instanceof Map<?, ?> filters) {
					this.found = true;
					filters.keySet()
						.forEach((filter) -> this.perRoute
							.put("%s: `%s.%s`".formatted(this.document.file(), child, filter), String.valueOf(filter)));
				}
				else if (!this.document.add(String.valueOf(key), child, element)) {
					find(child, element, entry);
				}
			});
		}
	}

	private static boolean isPerRoute(String key) {
		return key.equals("typed_per_filter_config") || key.equals("typedPerFilterConfig");
	}

	private static boolean isTypedStruct(@Nullable Object type) {
		return type instanceof String name && name.endsWith(".TypedStruct");
	}

	private void filter(Fields typedConfig, Entry entry) {
		this.found = true;
		this.names.add(entry.name());
		typedConfig.leaveOut("@type");
		Fields config = typedConfig.object("config");
		String rootId = config.text("root_id", "");
		String name = Stream.of(config.text("name", ""), rootId, entry.name())
			.filter((candidate) -> !candidate.isEmpty())
			.findFirst()
			.orElse("");
		String path = "Filter '%s'".formatted(name);
		Settings settings = new Settings(this.conversion, path);
		Fields vm = config.object("vm_config");
		code(vm.object("code"), settings, path);
		settings.set("root-id", rootId);
		settings.set("vm-id", vm.text("vm_id"));
		settings.failStrategy(config.isTrue("fail_open") ? "FAIL_OPEN" : config.text("failure_policy"));
		if (config.isTrue("allow_on_headers_stop_iteration")) {
			settings.set("allow-on-headers-stop-iteration", "true");
		}
		Fields capabilities = config.object("capability_restriction_config").object("allowed_capabilities");
		settings.set("allowed-capabilities", String.join(",", capabilities.names()));
		capabilities.leaveOut(capabilities.names().toArray(String[]::new));
		Fields environment = vm.object("environment_variables");
		environment.texts("host_env_keys").forEach((key) -> settings.environment(key, Text.environmentVariable(key)));
		Fields values = environment.object("key_values");
		values.names().forEach((key) -> settings.environment(key, Text.literally(values.text(key, ""))));
		configuration("vm-configuration", vm.object("configuration"), settings, path);
		configuration("configuration", config.object("configuration"), settings, path);
		vm.leaveOut("runtime", "allow_precompiled", "nack_on_code_cache_miss");
		String plugin = this.conversion.plugin(name, settings.properties());
		if (entry.isDisabled()) {
			this.conversion.note("%s is disabled. Add `Wasm=%s` to the routes that enable it.", path, plugin);
		}
		else {
			this.conversion.onAllRoutes(plugin, 4, 0);
		}
		typedConfig.unread((field) -> this.conversion.note("%s: `%s` has no equivalent.", path, field));
	}

	private void code(Fields code, Settings settings, String path) {
		Fields remote = code.object("remote");
		Fields uri = remote.object("http_uri");
		Fields local = code.object("local");
		if (local.has("filename")) {
			settings.set("url", "file:" + local.text("filename"));
		}
		else if (uri.has("uri")) {
			settings.set("url", uri.text("uri"));
			settings.set("sha256", remote.text("sha256"));
			uri.leaveOut("cluster");
		}
		else {
			settings.set("url", "file:/path/of/filter.wasm");
			boolean variable = local.has("environment_variable");
			local.leaveOut("inline_bytes", "inline_string", "environment_variable");
			this.conversion.note("%s: the %s contains the module. Save it to a file and set `url`.", path,
					variable ? "environment variable" : "configuration");
		}
	}

	private void configuration(String name, Fields any, Settings settings, String path) {
		String type = any.text("@type", "");
		Object value = any.value("value");
		if (type.endsWith(".BytesValue") && value != null) {
			value = decode(any.at("value"), value.toString());
		}
		else if (!any.isEmpty() && !type.endsWith(".StringValue") && !type.endsWith(".Struct")) {
			this.conversion.note("%s: the filter expects a serialized `%s`, which `%s` cannot express.", path, type,
					name);
			any.leaveOut(any.names().toArray(String[]::new));
			return;
		}
		settings.configuration(name, value);
		if (value != null) {
			this.document.configurations().add((value instanceof String text) ? text : Json.write(value));
		}
	}

	private static String decode(String path, String base64) {
		try {
			return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
		}
		catch (IllegalArgumentException ex) {
			throw new ConverterException("'%s' must be Base64, but is '%s'.".formatted(path, base64));
		}
	}

}
