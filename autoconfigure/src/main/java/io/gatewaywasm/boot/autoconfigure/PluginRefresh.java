package io.gatewaywasm.boot.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.gatewaywasm.boot.plugin.PluginDefinition;
import io.gatewaywasm.boot.plugin.PluginRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindResult;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.cloud.context.environment.EnvironmentChangeEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.env.Environment;

/**
 * Reloads plugins whose properties were refreshed. Each is bound by itself, so that a
 * value that is not possible keeps one plugin as it is and no other.
 */
final class PluginRefresh implements ApplicationListener<EnvironmentChangeEvent> {

	private static final Logger logger = LoggerFactory.getLogger(PluginRefresh.class);

	private static final String PLUGINS = "gateway.wasm.plugins";

	private final Environment environment;

	private final PluginRegistry registry;

	PluginRefresh(Environment environment, PluginRegistry registry) {
		this.environment = environment;
		this.registry = registry;
	}

	@Override
	public void onApplicationEvent(EnvironmentChangeEvent event) {
		Binder binder = Binder.get(this.environment);
		List<PluginDefinition> definitions = new ArrayList<>();
		BindResult<Map<String, Object>> declared = binder.bind(PLUGINS, Bindable.mapOf(String.class, Object.class));
		if (declared.isBound()) {
			declared.get().keySet().forEach((name) -> bind(binder, name, definitions));
		}
		this.registry.refresh(definitions);
	}

	private static void bind(Binder binder, String name, List<PluginDefinition> definitions) {
		try {
			definitions.add(PluginDefinitions.of(name,
					binder.bindOrCreate(PLUGINS + "." + name, WasmGatewayProperties.Plugin.class)));
		}
		catch (BindException | InvalidConfigurationPropertyValueException ex) {
			logger.error("Wasm plugin '{}' was not reloaded and serves as before: {}", name, reason(ex));
		}
	}

	private static String reason(RuntimeException failure) {
		Throwable cause = failure;
		while (cause.getCause() != null) {
			cause = cause.getCause();
		}
		return (cause instanceof InvalidConfigurationPropertyValueException invalid)
				? invalid.getName() + ": " + invalid.getReason() : failure.getMessage() + ": " + cause.getMessage();
	}

}
