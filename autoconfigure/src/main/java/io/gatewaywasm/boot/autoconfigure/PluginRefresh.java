package io.gatewaywasm.boot.autoconfigure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.gatewaywasm.boot.plugin.PluginDefinition;
import io.gatewaywasm.boot.plugin.PluginRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.BindResult;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.origin.Origin;
import org.springframework.cloud.context.environment.EnvironmentChangeEvent;
import org.springframework.cloud.gateway.event.RefreshRoutesEvent;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.ApplicationListener;
import org.springframework.core.env.Environment;

/**
 * Reloads plugins whose properties were refreshed. Each plugin is bound separately. If a
 * value is invalid, its plugin keeps its previous version, and the other plugins are
 * reloaded.
 */
final class PluginRefresh implements ApplicationListener<EnvironmentChangeEvent> {

	private static final Logger logger = LoggerFactory.getLogger(PluginRefresh.class);

	private static final String PLUGINS = "gateway.wasm.plugins";

	private final Environment environment;

	private final PluginRegistry registry;

	private final ApplicationEventPublisher publisher;

	PluginRefresh(Environment environment, PluginRegistry registry, ApplicationEventPublisher publisher) {
		this.publisher = publisher;
		this.environment = environment;
		this.registry = registry;
	}

	@Override
	public void onApplicationEvent(EnvironmentChangeEvent event) {
		Binder binder = Binder.get(this.environment);
		List<PluginDefinition> definitions = new ArrayList<>();
		BindResult<Map<String, Object>> declared = binder.bind(PLUGINS, Bindable.mapOf(String.class, Object.class));
		if (declared.isBound()) {
			Map<String, WasmPluginProperties> bound = new LinkedHashMap<>();
			declared.get().keySet().forEach((name) -> bind(binder, name, bound));
			NamedEntries.plugins(bound)
				.declared(this.environment)
				.forEach((name, plugin) -> define(name, plugin, definitions));
		}
		if (this.registry.refresh(definitions)) {
			// Routes that referred to a plugin before it was declared can now find it.
			this.publisher.publishEvent(new RefreshRoutesEvent(this));
		}
	}

	private void bind(Binder binder, String name, Map<String, WasmPluginProperties> plugins) {
		try {
			plugins.put(name, binder.bindOrCreate(PLUGINS + "." + name, Bindable.of(WasmPluginProperties.class),
					new ValueRanges(BindHandler.DEFAULT)));
		}
		catch (BindException ex) {
			Class<?> type = ex.getTarget().getType().resolve(Object.class);
			notReloaded(name, ex.getName().toString(),
					(ex.getCause() instanceof InvalidWasmPropertyException invalid)
							? invalid.getReason() + ". " + invalid.getRemedy()
							: WasmBindFailureAnalyzer.reason(type) + ". " + WasmBindFailureAnalyzer.remedy(type));
		}
	}

	private void define(String name, WasmPluginProperties plugin, List<PluginDefinition> definitions) {
		try {
			ConfigurationPropertyName properties = ConfigurationPropertyName.adapt(PLUGINS + "." + name, '.');
			KnownProperties.check(this.environment, properties);
			UnresolvedPlaceholders.warn(this.environment, properties);
			definitions.add(PluginDefinitions.of(name, plugin));
		}
		catch (InvalidConfigurationPropertyValueException ex) {
			notReloaded(name, ex.getName(), ex.getReason());
		}
	}

	private void notReloaded(String plugin, String property, @Nullable String reason) {
		Origin origin = new PropertyOrigins(this.environment).find(property);
		logger.error("Wasm plugin '{}' was not reloaded and keeps its previous version. Property '{}'{}: {}", plugin,
				property, (origin != null) ? " (" + origin + ")" : "", reason);
	}

}
