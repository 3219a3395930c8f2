package io.gatewaywasm.boot.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import io.gatewaywasm.boot.plugin.FetchOptions;
import io.gatewaywasm.boot.plugin.PluginConfiguration;
import io.gatewaywasm.boot.plugin.PluginDefinition;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.StringUtils;

/**
 * Checks the declared plugins and turns them into definitions.
 */
final class PluginDefinitions {

	private static final String PREFIX = "gateway.wasm.plugins.";

	private static final Pattern NAME = Pattern.compile("[a-z0-9-]+");

	private static final Pattern SHA256 = Pattern.compile("[0-9a-fA-F]{64}");

	private static final Pattern CAPABILITY = Pattern.compile("[A-Za-z0-9_]+");

	private PluginDefinitions() {
	}

	/**
	 * Turn all declared plugins into definitions.
	 * @param plugins the plugins by name
	 * @return the definitions
	 * @throws InvalidConfigurationPropertyValueException if a value is not possible
	 */
	static List<PluginDefinition> of(Map<String, WasmGatewayProperties.Plugin> plugins) {
		List<PluginDefinition> definitions = new ArrayList<>();
		plugins.forEach((name, plugin) -> definitions.add(of(name, plugin)));
		return definitions;
	}

	static PluginDefinition of(String name, WasmGatewayProperties.Plugin plugin) {
		check(NAME.matcher(name).matches(), PREFIX + name, name,
				"Names of plugins consist of lower case letters, digits and hyphens");
		check(StringUtils.hasText(plugin.url()), PREFIX + name + ".url", plugin.url(),
				"A plugin needs the location of its module");
		check(plugin.sha256() == null || SHA256.matcher(plugin.sha256()).matches(), PREFIX + name + ".sha256",
				plugin.sha256(), "A SHA-256 consists of 64 hexadecimal digits");
		check(plugin.configuration() == null || plugin.configurationLocation() == null,
				PREFIX + name + ".configuration-location", plugin.configurationLocation(),
				"'configuration' and 'configuration-location' exclude each other");
		check(plugin.vms() == null || plugin.vms() > 0, PREFIX + name + ".vms", plugin.vms(),
				"A plugin needs at least one VM");
		check(plugin.warmUp() >= 0, PREFIX + name + ".warm-up", plugin.warmUp(), "The number must not be negative");
		plugin.allowedCapabilities()
			.forEach((capability) -> check(CAPABILITY.matcher(capability).matches(),
					PREFIX + name + ".allowed-capabilities", capability,
					"A capability is the name of a host function or callback, such as 'proxy_log' or 'fd_write'"));
		return new PluginDefinition(name, true, String.valueOf(plugin.url()), plugin.sha256(), plugin.rootId(),
				plugin.vmId(), new PluginConfiguration(plugin.configuration(), plugin.configurationLocation()),
				plugin.vmConfiguration(), plugin.environment(), plugin.failStrategy(), plugin.vms(),
				plugin.allowOnHeadersStopIteration(), plugin.allowedCapabilities(), plugin.removeAcceptEncoding(),
				plugin.allowResponseCache(), plugin.execution() == WasmGatewayProperties.Execution.WORKER,
				plugin.isolation(), plugin.warmUp(),
				new FetchOptions(plugin.imagePullPolicy(), plugin.verificationKey()),
				LimitDefinitions.of(PREFIX + name + ".limits.", plugin.limits()));
	}

	private static void check(boolean valid, String property, @Nullable Object value, String reason) {
		if (!valid) {
			throw new InvalidConfigurationPropertyValueException(property, value, reason);
		}
	}

}
