package io.gatewaywasm.boot.autoconfigure;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.gatewaywasm.boot.plugin.ClosestName;
import io.gatewaywasm.boot.plugin.MessageOptions;
import io.gatewaywasm.boot.plugin.ModuleLocation;
import io.gatewaywasm.boot.plugin.PluginConfiguration;
import io.gatewaywasm.boot.plugin.PluginDefinition;
import io.gatewaywasm.host.plugin.Capabilities;
import io.gatewaywasm.host.plugin.RunOptions;
import io.gatewaywasm.host.spi.VmConfiguration;
import io.gatewaywasm.registry.oci.Digest;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.StringUtils;

/**
 * Validates the declared plugins and converts them to definitions.
 */
final class PluginDefinitions {

	private static final String PREFIX = "gateway.wasm.plugins.";

	private static final Pattern NAME = Pattern.compile("[a-z0-9-]+");

	private PluginDefinitions() {
	}

	/**
	 * Converts the declared plugins, keyed by name, to definitions. Throws
	 * {@link InvalidConfigurationPropertyValueException} if a value is invalid.
	 */
	static List<PluginDefinition> of(Map<String, WasmPluginProperties> plugins) {
		List<PluginDefinition> definitions = new ArrayList<>();
		plugins.forEach((name, plugin) -> definitions.add(of(name, plugin)));
		return definitions;
	}

	static PluginDefinition of(String name, WasmPluginProperties plugin) {
		check(NAME.matcher(name).matches(), PREFIX + name, name,
				"The name of a plugin consists of lowercase letters, digits and hyphens",
				"Rename the plugin to '%s', here and in the routes that use it.".formatted(possibleName(name)));
		check(StringUtils.hasText(plugin.url()), PREFIX + name + ".url", plugin.url(),
				"The location of the plugin's module is missing",
				"Set '%s.url', for example to 'classpath:filters/%s.wasm', or remove the plugin '%s'."
					.formatted(PREFIX + name, name, name));
		check(plugin.sha256() == null || Digest.isSha256(plugin.sha256()), PREFIX + name + ".sha256", plugin.sha256(),
				"A SHA-256 digest consists of 64 hexadecimal digits",
				"Copy it from 'sha256sum' or from the actuator endpoint 'wasm', without a prefix.");
		check(plugin.verificationKey() == null || StringUtils.hasText(plugin.verificationKey()),
				PREFIX + name + ".verification-key", plugin.verificationKey(), "The key is empty",
				"Set it to the public key or to the location of a file that contains it.");
		check(plugin.configuration() == null || plugin.configurationLocation() == null,
				PREFIX + name + ".configuration-location", plugin.configurationLocation(),
				"'configuration' and 'configuration-location' are mutually exclusive", "Remove one of them.");
		Set<String> capabilities = capabilities(PREFIX + name + ".allowed-capabilities", plugin.allowedCapabilities());
		ModuleLocation module = new ModuleLocation(String.valueOf(plugin.url()), plugin.sha256(),
				plugin.imagePullPolicy(), plugin.verificationKey());
		VmConfiguration vm = new VmConfiguration(plugin.vmId(), bytes(plugin.vmConfiguration()), plugin.environment(),
				secrets(PREFIX + name, plugin), capabilities);
		RunOptions run = new RunOptions(plugin.execution(), plugin.isolation(), plugin.warmUp(),
				plugin.unimplemented());
		MessageOptions messages = new MessageOptions(plugin.allowOnHeadersStopIteration(), plugin.websocket(),
				plugin.bodyAccess() == WasmPluginProperties.BodyAccess.READ_ONLY, plugin.removeAcceptEncoding(),
				plugin.allowResponseCache(), plugin.reroute());
		return new PluginDefinition(name, true, module, plugin.rootId(),
				new PluginConfiguration(plugin.configuration(), plugin.configurationLocation()), plugin.failStrategy(),
				vm, run, plugin.vms(), messages, LimitDefinitions.of(PREFIX + name + ".limits.", plugin.limits()));
	}

	private static byte[] bytes(@Nullable String text) {
		return (text != null) ? text.getBytes(StandardCharsets.UTF_8) : new byte[0];
	}

	private static Set<String> secrets(String prefix, WasmPluginProperties plugin) {
		Set<String> names = plugin.allowedSecrets().stream().map(String::strip).collect(Collectors.toUnmodifiableSet());
		names.forEach((name) -> check(!name.isEmpty() && name.indexOf('*') < 0, prefix + ".allowed-secrets", name,
				"'%s' is not the name of a property".formatted(name),
				"List the full name of each property that the filter may read. Patterns are not supported."));
		return names;
	}

	private static Set<String> capabilities(String property, @Nullable Set<String> names) {
		if (names == null) {
			return Set.of();
		}
		check(!names.isEmpty(), property, "", "The list is empty, which would allow everything",
				"List the host functions and callbacks that the filter needs, or remove the property to allow all of them.");
		Set<String> capabilities = names.stream().map(String::strip).collect(Collectors.toUnmodifiableSet());
		capabilities.forEach((name) -> check(Capabilities.isKnown(name), property, name,
				"'%s' is not the name of a host function or callback".formatted(name),
				ClosestName.hint(name, Capabilities.known())
						+ "Use names from docs/abi.md, such as 'proxy_log' or 'fd_write'."));
		return capabilities;
	}

	private static String possibleName(String name) {
		String possible = name.replaceAll("([a-z0-9])([A-Z])", "$1-$2")
			.toLowerCase(Locale.ROOT)
			.replaceAll("[^a-z0-9]+", "-");
		return StringUtils.hasText(possible.replace("-", "")) ? possible : "my-filter";
	}

	/**
	 * Checks that each plugin listed in a property is declared, and returns the list.
	 * Throws {@link InvalidConfigurationPropertyValueException} if a plugin is not
	 * declared.
	 */
	static List<String> listed(String property, List<String> names, Collection<PluginDefinition> plugins) {
		List<String> declared = plugins.stream().map(PluginDefinition::id).sorted().toList();
		for (String name : names) {
			check(StringUtils.hasText(name), property, name, "An entry of the list is empty",
					"Remove it. Check for a comma at the end and for a placeholder without a value.");
			String meant = name.replaceFirst("^Wasm=", "");
			String use = declared.isEmpty() ? "" : ", or use one of %s".formatted(declared);
			String hint = (!meant.equals(name) && declared.contains(meant))
					? "Write '%s' without 'Wasm='. ".formatted(meant) : ClosestName.hint(meant, declared);
			check(declared.contains(name), property, name, "No plugin with that name is declared",
					hint + "Declare it with '%s.url'%s.".formatted(PREFIX + possibleName(meant), use));
		}
		return names;
	}

	private static void check(boolean valid, String property, @Nullable Object value, String reason, String remedy) {
		InvalidWasmPropertyException.unless(valid, property, value, reason, remedy);
	}

}
