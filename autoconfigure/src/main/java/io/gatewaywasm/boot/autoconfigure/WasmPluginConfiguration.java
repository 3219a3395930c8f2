package io.gatewaywasm.boot.autoconfigure;

import java.util.List;

import io.gatewaywasm.boot.plugin.AllowedLocations;
import io.gatewaywasm.boot.plugin.ModuleLoader;
import io.gatewaywasm.boot.plugin.PluginDefinition;
import io.gatewaywasm.boot.plugin.PluginListener;
import io.gatewaywasm.boot.plugin.PluginLoader;
import io.gatewaywasm.boot.plugin.PluginRegistry;
import io.gatewaywasm.boot.plugin.PluginWatches;
import io.gatewaywasm.host.engine.WasmEngine;
import io.gatewaywasm.host.limits.PluginLimits;
import io.gatewaywasm.host.plugin.WasmHost;
import io.gatewaywasm.host.spi.HostScheduler;
import io.gatewaywasm.host.spi.HostServices;
import io.gatewaywasm.registry.ModuleFetcher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.netty.resources.LoopResources;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.cloud.gateway.config.GatewayProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;
import org.springframework.util.unit.DataSize;

/**
 * Configures the host and the plugins: how they are loaded, watched and refreshed.
 */
@Configuration(proxyBeanMethods = false)
final class WasmPluginConfiguration {

	private static final Logger logger = LoggerFactory.getLogger(WasmPluginConfiguration.class);

	@Bean
	@ConditionalOnMissingBean
	WasmHost wasmHost(HostServices services, WasmEngine engine, WasmGatewayProperties properties) {
		DataSize maxMemory = properties.maxMemory();
		long memory = (maxMemory != null) ? maxMemory.toBytes() : Runtime.getRuntime().maxMemory() / 2;
		String shortfall = engine.heapShortfall(memory, largestVm(properties));
		if (shortfall != null) {
			logger.warn(shortfall);
		}
		return new WasmHost(services, memory, bodyMemory(properties));
	}

	private static long bodyMemory(WasmGatewayProperties properties) {
		DataSize configured = properties.maxBodyMemory();
		long bodies = (configured != null) ? configured.toBytes() : Runtime.getRuntime().maxMemory() / 4;
		properties.plugins().forEach((name, plugin) -> {
			long single = plugin.limits().bodyBuffer().toBytes();
			if (single > bodies / 2) {
				logger.warn(
						"'gateway.wasm.max-body-memory' is {} bytes, of which each plugin can use half."
								+ " 'gateway.wasm.plugins.{}.limits.body-buffer' is {} bytes, so bodies of this size"
								+ " get 503. Raise the former, together with -Xmx, or lower the latter.",
						bodies, name, single);
			}
		});
		return bodies;
	}

	private static long largestVm(WasmGatewayProperties properties) {
		return properties.plugins()
			.values()
			.stream()
			.mapToLong((plugin) -> plugin.limits().memory().toBytes())
			.max()
			.orElse(PluginLimits.DEFAULTS.vm().memory());
	}

	@Bean
	@ConditionalOnMissingBean
	ModuleLoader wasmModuleLoader(ResourceLoader resourceLoader, ModuleFetcher fetcher) {
		return new ModuleLoader(resourceLoader, fetcher);
	}

	// Eager even in applications with lazy initialization: it must run before requests
	// are served.
	@Bean
	@Lazy(false)
	@ConditionalOnMissingBean
	PluginRegistry wasmPluginRegistry(WasmGatewayProperties properties, WasmFetchProperties fetchProperties,
			ModuleLoader modules, WasmEngine engine, WasmHost host, HostScheduler scheduler,
			ObjectProvider<PluginListener> listeners, Environment environment, GatewayProperties gateway) {
		KnownProperties.check(environment);
		UnresolvedPlaceholders.warn(environment, KnownProperties.ROOT);
		ImpliedEntries implied = new ImpliedEntries(environment);
		NamedEntries.all(properties, fetchProperties).forEach((entries) -> {
			implied.log(entries);
			EnvironmentVariables.check(environment, entries);
		});
		RoutePrefix.check(environment, gateway);
		FilterSwitch.check(environment);
		List<PluginDefinition> plugins = PluginDefinitions
			.of(NamedEntries.plugins(properties.plugins()).declared(environment));
		PluginDefinitions.listed("gateway.wasm.global-filters", properties.globalFilters(), plugins);
		PluginDefinitions.listed("gateway.wasm.before-routing", properties.beforeRouting(), plugins);
		BeforeRoutingPaths.of(properties);
		PluginLoader loader = new PluginLoader(modules, engine, host, LoopResources.DEFAULT_IO_WORKER_COUNT);
		return new PluginRegistry(plugins, new AllowedLocations(properties.allowedLocations()), loader, scheduler,
				listeners.orderedStream().toList(), fetchProperties.fetchFailure());
	}

	@Bean
	PluginWatches wasmPluginWatches(WasmGatewayProperties properties, PluginRegistry registry,
			HostScheduler scheduler) {
		return new PluginWatches(registry, scheduler, properties.reload().interval(),
				properties.reload().remoteInterval());
	}

	@Bean
	PluginRefresh wasmPluginRefresh(Environment environment, PluginRegistry registry,
			ApplicationEventPublisher publisher) {
		return new PluginRefresh(environment, registry, publisher);
	}

}
