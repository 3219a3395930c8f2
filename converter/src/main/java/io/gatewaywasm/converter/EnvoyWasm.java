package io.gatewaywasm.converter;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * One configuration of the filter {@code envoy.filters.http.wasm}.
 */
final class EnvoyWasm {

	private final Conversion conversion;

	private final Fields typedConfig;

	private final Fields config;

	private final Fields vm;

	private final String name;

	private final Settings settings;

	EnvoyWasm(Conversion conversion, Fields typedConfig, String entry) {
		this.conversion = conversion;
		this.typedConfig = typedConfig;
		typedConfig.leaveOut("@type");
		this.config = typedConfig.object("config");
		this.vm = this.config.object("vm_config");
		this.name = Stream.of(this.config.text("name", ""), this.config.text("root_id", ""), entry)
			.filter((candidate) -> !candidate.isEmpty())
			.findFirst()
			.orElse("");
		this.settings = new Settings(conversion, path());
	}

	String name() {
		return this.name;
	}

	String path() {
		return "Filter '%s'".formatted(this.name);
	}

	/** Returns whether the filter is a part of Envoy and has no module. */
	boolean isBuiltIn() {
		return this.vm.text("runtime", "").endsWith(".null");
	}

	/**
	 * Returns the properties of the plugin, and passes on each configuration that can
	 * contain names of clusters.
	 */
	Map<String, Object> properties(List<String> configurations) {
		code(this.vm.object("code"));
		this.settings.set("root-id", this.config.text("root_id"));
		this.settings.set("vm-id", this.vm.text("vm_id"));
		this.settings.failStrategy(this.config.isTrue("fail_open") ? "FAIL_OPEN" : this.config.text("failure_policy"));
		this.settings.set("allow-on-headers-stop-iteration", this.config.text("allow_on_headers_stop_iteration"));
		capabilities(this.config.object("capability_restriction_config").object("allowed_capabilities"));
		Fields environment = this.vm.object("environment_variables");
		environment.texts("host_env_keys")
			.forEach((key) -> this.settings.environment(key, PlaceholderEscaping.environmentVariable(key)));
		Fields values = environment.object("key_values");
		values.names()
			.forEach((key) -> this.settings.environment(key, PlaceholderEscaping.literally(values.text(key, ""))));
		configuration("vm-configuration", this.vm.object("configuration"), configurations);
		configuration("configuration", this.config.object("configuration"), configurations);
		return this.settings.properties();
	}

	/** Notes what has no equivalent. */
	void unread() {
		this.vm.leaveOut("runtime");
		this.vm.leaveOutDefault("allow_precompiled", "false");
		this.vm.leaveOutDefault("nack_on_code_cache_miss", "false");
		this.typedConfig.unread((field) -> this.conversion.note("%s: `%s` has no equivalent.", path(), field));
	}

	private void capabilities(Fields capabilities) {
		this.settings.set("allowed-capabilities", String.join(",", capabilities.names()));
		capabilities.names().forEach(capabilities::object);
	}

	private void code(Fields code) {
		Fields remote = code.object("remote");
		Fields uri = remote.object("http_uri");
		Fields local = code.object("local");
		if (local.has("filename")) {
			this.settings.set("url", "file:" + local.text("filename"));
		}
		else if (uri.has("uri")) {
			this.settings.set("url", uri.text("uri"));
			this.settings.set("sha256", remote.text("sha256"));
			uri.leaveOut("cluster");
		}
		else if (local.isEmpty()) {
			this.settings.noModule();
		}
		else {
			this.settings.set("url", Settings.UNKNOWN_MODULE);
			boolean variable = local.has("environment_variable");
			local.leaveOut("inline_bytes", "inline_string", "environment_variable");
			this.conversion.note("%s: the %s contains the module. Save it to a file and set `url`.", path(),
					variable ? "environment variable" : "configuration");
		}
	}

	private void configuration(String property, Fields any, List<String> configurations) {
		String type = any.text("@type", "");
		Object value = any.value("value");
		if (type.endsWith(".BytesValue") && value != null) {
			value = decode(any.at("value"), value.toString());
		}
		else if (!any.isEmpty() && !type.endsWith(".StringValue") && !type.endsWith(".Struct")) {
			this.conversion.note("%s: the filter expects a serialized `%s`, which `%s` cannot express.", path(), type,
					property);
			any.leaveOutAll();
			return;
		}
		this.settings.configuration(property, value);
		if (value != null) {
			configurations.add((value instanceof String text) ? text : Json.write(value));
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
