package io.gatewaywasm.boot.autoconfigure;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyNameException;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/**
 * Binds arbitrary lines of {@code name=value} as the properties of the library: they are
 * bound, or fail with an exception that the application's failure analyzers handle.
 */
public final class ConfigurationFuzz {

	private ConfigurationFuzz() {
	}

	public static void fuzzerTestOneInput(byte[] data) {
		Map<String, String> properties = new LinkedHashMap<>();
		for (String line : new String(data, StandardCharsets.UTF_8).split("\n")) {
			int equals = line.indexOf('=');
			if (equals > 0) {
				properties.put("gateway.wasm." + line.substring(0, equals), line.substring(equals + 1));
			}
		}
		try {
			WasmGatewayProperties bound = new Binder(new MapConfigurationPropertySource(properties)).bindOrCreate(
					"gateway.wasm", Bindable.of(WasmGatewayProperties.class), new ValueRanges(BindHandler.DEFAULT));
			PluginDefinitions.of(bound.plugins());
			UpstreamDefinitions.of(bound.upstreams());
			LimitDefinitions.shared(bound);
			LimitDefinitions.callConnections(bound);
		}
		catch (BindException | InvalidConfigurationPropertyValueException
				| InvalidConfigurationPropertyNameException ex) {
			if (ex.getMessage() == null) {
				throw new AssertionError("nothing is said", ex);
			}
		}
	}

}
