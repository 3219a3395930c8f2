package io.gatewaywasm.boot.plugin;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.gatewaywasm.boot.services.GatewayHostScheduler;
import io.gatewaywasm.boot.services.GatewayHostServices;
import io.gatewaywasm.boot.services.LocalGuestMeters;
import io.gatewaywasm.boot.services.PluginObservers;
import io.gatewaywasm.host.engine.EngineOptions;
import io.gatewaywasm.host.engine.WasmEngine;
import io.gatewaywasm.host.plugin.WasmHost;
import io.gatewaywasm.host.shared.InMemorySharedScopes;
import io.gatewaywasm.host.spi.GrpcCallouts;
import io.gatewaywasm.host.spi.RedisCallouts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.io.DefaultResourceLoader;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link PluginRegistry}.
 */
class PluginRegistryTests {

	private final GatewayHostScheduler scheduler = new GatewayHostScheduler(2);

	private final WasmHost host = new WasmHost(new GatewayHostServices((call, result) -> null, GrpcCallouts.NONE,
			RedisCallouts.NONE, new LocalGuestMeters(), this.scheduler, new InMemorySharedScopes(), (name) -> null,
			(secret) -> null, PluginObservers.NONE));

	private final PluginLoader loader = new PluginLoader(new ModuleLoader(new DefaultResourceLoader(), null),
			WasmEngine.create(EngineOptions.defaults()), this.host, 1);

	private final PluginRegistry registry = new PluginRegistry(List.of(), new AllowedLocations(List.of("classpath:")),
			this.loader, this.scheduler, List.of(), FetchFailurePolicy.FAIL);

	@AfterEach
	void close() {
		this.registry.destroy();
		this.host.close();
		this.scheduler.destroy();
	}

	@Test
	void startUpEndsWithTheFirstRoutes() {
		assertThat(this.registry.isStarting()).isTrue();
		this.registry.routesChanged(Map.of());
		assertThat(this.registry.isStarting()).isFalse();
	}

	@Test
	void startUpEndsWhenTheApplicationIsReadyThoughTheFirstRoutesHaveNotCome() {
		this.registry.onApplicationEvent(new ApplicationReadyEvent(new SpringApplication(), new String[0],
				new GenericApplicationContext(), Duration.ZERO));
		assertThat(this.registry.isStarting()).isFalse();
	}

}
