package io.gatewaywasm.boot.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import io.gatewaywasm.boot.plugin.FetchOptions;
import io.gatewaywasm.boot.plugin.PluginConfiguration;
import io.gatewaywasm.boot.plugin.PluginDefinition;
import io.gatewaywasm.host.plugin.PluginLimits;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.util.StringUtils;
import org.springframework.util.unit.DataSize;

/**
 * Checks the declared plugins and turns them into definitions.
 */
final class PluginDefinitions {

	private static final String PREFIX = "gateway.wasm.plugins.";

	private static final Pattern NAME = Pattern.compile("[a-z0-9-]+");

	private static final Pattern SHA256 = Pattern.compile("[0-9a-fA-F]{64}");

	private PluginDefinitions() {
	}

	static List<PluginDefinition> of(Map<String, WasmGatewayProperties.Plugin> plugins) {
		List<PluginDefinition> definitions = new ArrayList<>();
		plugins.forEach((name, plugin) -> definitions.add(definition(name, plugin)));
		return definitions;
	}

	private static PluginDefinition definition(String name, WasmGatewayProperties.Plugin plugin) {
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
		return new PluginDefinition(name, true, String.valueOf(plugin.url()), plugin.sha256(), plugin.rootId(),
				plugin.vmId(), new PluginConfiguration(plugin.configuration(), plugin.configurationLocation()),
				plugin.vmConfiguration(), plugin.environment(), plugin.failStrategy(), plugin.vms(),
				plugin.allowOnHeadersStopIteration(), plugin.allowedCapabilities(),
				plugin.execution() == WasmGatewayProperties.Execution.WORKER,
				new FetchOptions(plugin.imagePullPolicy(), plugin.verificationKey()),
				limits(PREFIX + name + ".limits.", plugin.limits()));
	}

	private static PluginLimits limits(String prefix, WasmGatewayProperties.Limits limits) {
		checkSize(prefix + "memory", limits.memory(), 1L << 32);
		checkSize(prefix + "body-buffer", limits.bodyBuffer(), Integer.MAX_VALUE);
		check(limits.mailbox() > 0, prefix + "mailbox", limits.mailbox(), "At least one task must be able to wait");
		return PluginLimits.builder()
			.memory(limits.memory().toBytes())
			.bodyBuffer((int) limits.bodyBuffer().toBytes())
			.pauseTimeout(limits.pauseTimeout())
			.vmWait(limits.vmWait())
			.calloutTimeout(limits.calloutTimeout())
			.mailbox(limits.mailbox())
			.callbackTimeout(limits.callbackTimeout())
			.startTimeout(limits.startTimeout())
			.recycleAfterRequests(
					(limits.recycleAfterRequests() != null) ? limits.recycleAfterRequests() : Long.MAX_VALUE)
			.recycleAboveMemory(
					(limits.recycleAboveMemory() != null) ? limits.recycleAboveMemory().toBytes() : Long.MAX_VALUE)
			.build();
	}

	private static void checkSize(String property, DataSize size, long maximum) {
		check(size.toBytes() > 0 && size.toBytes() <= maximum, property, size,
				"The size must be greater than 0 and at most %d bytes".formatted(maximum));
	}

	private static void check(boolean valid, String property, @Nullable Object value, String reason) {
		if (!valid) {
			throw new InvalidConfigurationPropertyValueException(property, value, reason);
		}
	}

}
