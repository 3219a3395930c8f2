package io.gatewaywasm.converter;

import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A plugin of {@code config.yaml}. Its first configuration becomes that of the declared
 * plugin, others become arguments on the route.
 */
final class ApisixPlugin {

	private final String plugin;

	private final Settings settings;

	private final long priority;

	private @Nullable String configuration;

	ApisixPlugin(String plugin, Settings settings, long priority) {
		this.plugin = plugin;
		this.settings = settings;
		this.priority = priority;
	}

	/** Returns the plugin with the configuration and the metadata of one use. */
	Use use(@Nullable Object conf, Fields meta) {
		String text = (conf instanceof String string) ? string : (conf != null) ? Json.write(conf) : null;
		if (this.configuration == null && text != null) {
			this.configuration = text;
			this.settings.set("configuration", PlaceholderEscaping.ofApisix(text));
		}
		boolean own = text == null || text.equals(this.configuration);
		return new Use(this.plugin, own ? null : text, meta.has("priority") ? meta.number("priority") : this.priority);
	}

	/**
	 * A plugin on a route. {@code configuration} is its configuration, {@code null} if it
	 * is that of the plugin. {@code priority} is the priority, of which higher ones run
	 * first.
	 */
	record Use(String plugin, @Nullable String configuration, long priority) {

		Object definition() {
			if (this.configuration == null) {
				return "Wasm=" + this.plugin;
			}
			Map<String, Object> arguments = new LinkedHashMap<>();
			arguments.put("plugin", this.plugin);
			arguments.put("configuration", PlaceholderEscaping.ofApisix(this.configuration));
			Map<String, Object> definition = new LinkedHashMap<>();
			definition.put("name", "Wasm");
			definition.put("args", arguments);
			return definition;
		}

	}

}
