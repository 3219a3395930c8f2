package io.gatewaywasm.boot.autoconfigure;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import io.gatewaywasm.boot.autoconfigure.EnvironmentVariables.Property;

import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Rejects environment variables that look like properties of an upstream, a Redis server
 * or a VM id but have no effect, because the name has a dash or an underscore.
 *
 * @param prefix the variable's name before the name of the entry
 * @param kind the kind of the entries, for messages
 * @param declared the names of the entries that were bound
 * @param properties the properties of an entry
 */
record MapVariables(String prefix, String kind, Set<String> declared, List<String> properties) {

	/** The position in a list. */
	private static final Pattern INDEX = Pattern.compile("_\\d+_?$");

	static void check(Environment environment, WasmGatewayProperties properties) {
		List<MapVariables> maps = List.of(
				new MapVariables("GATEWAY_WASM_UPSTREAMS_", "an upstream", properties.upstreams().keySet(),
						KnownProperties.names(WasmGatewayProperties.Upstream.class)),
				new MapVariables("GATEWAY_WASM_REDIS_", "a Redis server", properties.redis().keySet(),
						KnownProperties.names(WasmGatewayProperties.Redis.class)),
				new MapVariables("GATEWAY_WASM_SHAREDDATA_VMIDS_", "a VM id", properties.sharedData().vmIds().keySet(),
						KnownProperties.names(WasmGatewayProperties.SharedVmId.class)));
		if (environment instanceof ConfigurableEnvironment configurable) {
			for (PropertySource<?> source : configurable.getPropertySources()) {
				if (source instanceof SystemEnvironmentPropertySource variables) {
					maps.forEach((map) -> Stream.of(variables.getPropertyNames()).forEach(map::check));
				}
			}
		}
	}

	private void check(String variable) {
		String name = variable.toUpperCase(Locale.ROOT);
		if (!name.startsWith(this.prefix)) {
			return;
		}
		String rest = name.substring(this.prefix.length());
		String unindexed = INDEX.matcher(rest).replaceFirst("");
		Property property = EnvironmentVariables.property(unindexed, this.properties);
		if (property == null || this.declared.contains(property.plugin())) {
			return;
		}
		String dashed = unindexed.substring(0, unindexed.length() - property.suffix().length());
		String dashless = dashed.replace("_", "");
		throw EnvironmentVariables.noEffect(variable, dashed, this.kind,
				("Rename it to '%s%s%s%s' for %s named '%s', or declare '%s' in a file; the variable then sets its"
						+ " property.")
					.formatted(this.prefix, dashless, property.canonical(), rest.substring(unindexed.length()),
							this.kind, dashless.toLowerCase(Locale.ROOT), property.plugin()));
	}

}
