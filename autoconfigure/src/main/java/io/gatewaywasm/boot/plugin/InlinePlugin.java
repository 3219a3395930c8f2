package io.gatewaywasm.boot.plugin;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import io.gatewaywasm.host.limits.PluginLimits;
import io.gatewaywasm.host.plugin.FailStrategy;
import io.gatewaywasm.host.spi.VmConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * A plugin that is defined in a route instead of under {@code gateway.wasm.plugins}.
 * Routes with the same definition share the plugin. Its id is also its VM id, so that it
 * shares data and queues with no other plugin.
 *
 * @param url the location of the module
 * @param sha256 the required digest of the module, or {@code null}
 * @param rootId the root id
 * @param configuration the configuration
 * @param failStrategy the fail strategy
 */
public record InlinePlugin(String url, @Nullable String sha256, String rootId, PluginConfiguration configuration,
		FailStrategy failStrategy) {

	private static final int MAX_BASE_NAME = 40;

	private static final int HASH_DIGITS = 8;

	/**
	 * Returns the id of the plugin: the base name of the file and a hash of the whole
	 * definition, for example {@code hello-world-1a2b3c4d}.
	 */
	String id() {
		return definition().id();
	}

	/**
	 * Returns the definition of the plugin.
	 */
	PluginDefinition definition() {
		return definition(baseName() + "-" + hash().substring(0, HASH_DIGITS));
	}

	/**
	 * Returns the definitions of the plugin in the order in which they are tried, because
	 * another plugin may have the same id. They differ only in the length of the hash.
	 */
	List<PluginDefinition> definitions() {
		String prefix = baseName() + "-";
		String hash = hash();
		List<PluginDefinition> all = new ArrayList<>();
		for (int digits = HASH_DIGITS; digits <= hash.length(); digits *= 2) {
			all.add(definition(prefix + hash.substring(0, digits)));
		}
		return all;
	}

	private PluginDefinition definition(String id) {
		return new PluginDefinition(id, false, ModuleLocation.of(this.url, this.sha256), this.rootId,
				this.configuration, this.failStrategy, VmConfiguration.DEFAULT.withId(id), PluginDefinition.DEFAULT_RUN,
				null, MessageOptions.DEFAULT, PluginLimits.DEFAULTS);
	}

	private String baseName() {
		String name = this.url.substring(Math.max(this.url.lastIndexOf('/'), this.url.lastIndexOf(':')) + 1)
			.toLowerCase(Locale.ROOT);
		if (name.endsWith(".wasm")) {
			name = name.substring(0, name.length() - ".wasm".length());
		}
		name = name.replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
		if (name.isEmpty()) {
			return "plugin";
		}
		return name.substring(0, Math.min(name.length(), MAX_BASE_NAME));
	}

	private String hash() {
		return new SettingsDigest().part(this.url)
			.part(this.sha256)
			.part(this.rootId)
			.part(this.configuration.text())
			.part(this.configuration.location())
			.part(this.failStrategy.name())
			.hex();
	}

	/**
	 * Describes the plugin without its configuration, which may hold secrets.
	 */
	@Override
	public String toString() {
		return "InlinePlugin[url=" + this.url + ", rootId=" + this.rootId + ", failStrategy=" + this.failStrategy + "]";
	}

}
