package io.gatewaywasm.boot.autoconfigure;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.gatewaywasm.boot.plugin.FetchOptions;
import io.gatewaywasm.boot.plugin.MessageOptions;
import io.gatewaywasm.boot.plugin.PluginConfiguration;
import io.gatewaywasm.boot.plugin.PluginDefinition;
import io.gatewaywasm.host.plugin.Capabilities;
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
				"Names of plugins consist of lower case letters, digits and hyphens",
				"Call the plugin '%s', here and in the routes that use it.".formatted(possibleName(name)));
		check(StringUtils.hasText(plugin.url()), PREFIX + name + ".url", plugin.url(),
				"A plugin needs the location of its module",
				"Set '%s.url', for example to 'classpath:filters/%s.wasm', or remove the plugin '%s'."
					.formatted(PREFIX + name, name, name));
		check(plugin.sha256() == null || SHA256.matcher(plugin.sha256()).matches(), PREFIX + name + ".sha256",
				plugin.sha256(), "A SHA-256 consists of 64 hexadecimal digits",
				"Take it from 'sha256sum' or from the actuator's endpoint 'wasm', without a prefix.");
		check(plugin.verificationKey() == null || StringUtils.hasText(plugin.verificationKey()),
				PREFIX + name + ".verification-key", plugin.verificationKey(), "The key is empty",
				"Set it to the public key, or to the location of a file with it.");
		check(plugin.configuration() == null || plugin.configurationLocation() == null,
				PREFIX + name + ".configuration-location", plugin.configurationLocation(),
				"'configuration' and 'configuration-location' exclude each other", "Remove one of them.");
		check(plugin.vms() == null || plugin.vms() > 0, PREFIX + name + ".vms", plugin.vms(),
				"A plugin needs at least one VM",
				"Use a number greater than 0, or remove the property for one VM per event loop.");
		check(plugin.warmUp() >= 0, PREFIX + name + ".warm-up", plugin.warmUp(), "The number must not be negative",
				"Use 0 for no warm-up.");
		Set<String> capabilities = capabilities(PREFIX + name + ".allowed-capabilities", plugin.allowedCapabilities());
		return new PluginDefinition(name, true, String.valueOf(plugin.url()), plugin.sha256(), plugin.rootId(),
				plugin.vmId(), new PluginConfiguration(plugin.configuration(), plugin.configurationLocation()),
				plugin.vmConfiguration(), plugin.environment(), plugin.failStrategy(), plugin.vms(),
				plugin.allowOnHeadersStopIteration(), capabilities, plugin.removeAcceptEncoding(),
				plugin.allowResponseCache(), plugin.execution(), plugin.isolation(), plugin.warmUp(),
				plugin.unimplemented(), new FetchOptions(plugin.imagePullPolicy(), plugin.verificationKey()),
				new MessageOptions(plugin.websocket() == WasmGatewayProperties.WebSocketPolicy.REFUSE,
						plugin.bodyAccess() == WasmGatewayProperties.BodyAccess.READ_ONLY),
				LimitDefinitions.of(PREFIX + name + ".limits.", plugin.limits()));
	}

	private static Set<String> capabilities(String property, @Nullable Set<String> names) {
		if (names == null) {
			return Set.of();
		}
		check(!names.isEmpty(), property, "", "The list is empty; without a name in it, it would allow everything",
				"List the host functions and callbacks that the filter needs, or remove the property to allow all.");
		Set<String> capabilities = names.stream().map(String::strip).collect(Collectors.toUnmodifiableSet());
		capabilities.forEach((name) -> check(Capabilities.isKnown(name), property, name,
				"'%s' is not the name of a host function or callback".formatted(name),
				ClosestName.hint(name, Capabilities.known())
						+ "Use names of docs/abi.md, such as 'proxy_log' or 'fd_write'."));
		return capabilities;
	}

	private static String possibleName(String name) {
		String possible = name.replaceAll("([a-z0-9])([A-Z])", "$1-$2")
			.toLowerCase(Locale.ROOT)
			.replaceAll("[^a-z0-9]+", "-");
		return StringUtils.hasText(possible.replace("-", "")) ? possible : "my-filter";
	}

	/**
	 * Check the names of plugins on every route.
	 * @param names the names
	 * @param plugins the declared plugins by name
	 * @return the names
	 * @throws InvalidConfigurationPropertyValueException if one is not declared
	 */
	static List<String> global(List<String> names, Collection<PluginDefinition> plugins) {
		List<String> declared = plugins.stream().map(PluginDefinition::id).sorted().toList();
		names.forEach((name) -> check(declared.contains(name), "gateway.wasm.global-filters", name,
				"No plugin of that name is declared",
				declared.isEmpty() ? "Declare it by '%s.url'.".formatted(PREFIX + name)
						: "Declare it by '%s.url', or use one of %s.".formatted(PREFIX + name, declared)));
		return names;
	}

	private static void check(boolean valid, String property, @Nullable Object value, String reason, String remedy) {
		InvalidWasmPropertyException.unless(valid, property, value, reason, remedy);
	}

}
