package io.gatewaywasm.boot.plugin;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

import io.gatewaywasm.boot.services.ClosedPluginData;
import io.gatewaywasm.boot.services.GatewayHostScheduler;
import io.gatewaywasm.boot.services.GatewayHostServices;
import io.gatewaywasm.boot.services.LocalGuestMeters;
import io.gatewaywasm.boot.services.MicrometerPluginMetrics;
import io.gatewaywasm.host.engine.EngineOptions;
import io.gatewaywasm.host.engine.WasmEngine;
import io.gatewaywasm.host.plugin.FailStrategy;
import io.gatewaywasm.host.plugin.PluginState;
import io.gatewaywasm.host.plugin.WasmHost;
import io.gatewaywasm.host.shared.InMemorySharedScopes;
import io.gatewaywasm.host.spi.FailureReason;
import io.gatewaywasm.host.spi.GrpcCallouts;
import io.gatewaywasm.host.spi.PhaseOutcome;
import io.gatewaywasm.host.spi.PluginObserver;
import io.gatewaywasm.host.spi.RedisCallouts;
import io.gatewaywasm.host.spi.SharedScope;
import io.gatewaywasm.host.spi.StreamPhase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.core.io.DefaultResourceLoader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests that nothing is left of plugins that were defined in routes after they were
 * closed.
 */
class ClosedPluginTests {

	private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

	private final MicrometerPluginMetrics metrics = new MicrometerPluginMetrics(() -> this.meters,
			UnaryOperator.identity());

	private final GatewayHostScheduler scheduler = new GatewayHostScheduler(2);

	private final InMemorySharedScopes scopes = new InMemorySharedScopes();

	private final WasmHost host = new WasmHost(new GatewayHostServices((call, result) -> null, GrpcCallouts.NONE,
			RedisCallouts.NONE, new LocalGuestMeters(), this.scheduler, this.scopes, (name) -> null, (secret) -> null,
			this.metrics));

	private final PluginLoader loader = new PluginLoader(new ModuleLoader(new DefaultResourceLoader(), null),
			WasmEngine.create(EngineOptions.defaults()), this.host, 1);

	private final Map<String, PluginHandle> handles = new ConcurrentHashMap<>();

	private final UnusedPlugins unused = new UnusedPlugins(this.handles, this.scheduler);

	@AfterEach
	void close() {
		this.handles.values().forEach(PluginHandle::close);
		this.host.close();
		this.scheduler.destroy();
	}

	@Test
	void metersOfClosedPluginsAreRemoved() {
		for (int version = 0; version < 3; version++) {
			PluginHandle handle = inline("classpath:filters/hello_world.wasm", "version " + version);
			handle.load();
			report(this.metrics.observer(handle.id()));
			this.metrics.reloaded(handle.id(), false);
			assertThat(this.meters.getMeters()).isNotEmpty();
			this.unused.sweep(Duration.ZERO);
			assertThat(this.meters.getMeters()).isEmpty();
		}
	}

	@Test
	void eventsOfClosingPluginsRegisterNoMeters() {
		PluginHandle handle = inline("classpath:filters/hello_world.wasm", "");
		handle.load();
		PluginObserver observer = this.metrics.observer(handle.id());
		this.unused.sweep(Duration.ZERO);
		report(observer);
		this.metrics.reloaded(handle.id(), true);
		assertThat(this.meters.getMeters()).isEmpty();
	}

	@Test
	void metersOfPluginsThatWereNeverLiveAreRemoved() {
		PluginHandle handle = inline("classpath:filters/rate_limit.wasm", "invalid");
		assertThatExceptionOfType(WasmPluginException.class).isThrownBy(handle::load);
		assertThat(handle.state()).isEqualTo(PluginState.FAILED);
		report(this.metrics.observer(handle.id()));
		this.unused.sweep(Duration.ZERO);
		assertThat(this.meters.getMeters()).isEmpty();
	}

	@Test
	void pluginThatIsDefinedAgainHasMeters() {
		for (int attempt = 0; attempt < 2; attempt++) {
			PluginHandle handle = inline("classpath:filters/hello_world.wasm", "");
			handle.load();
			this.metrics.observer(handle.id()).streamStarted();
			assertThat(this.meters.get("wasm.filter.streams").tag("plugin", handle.id()).counter().count()).isOne();
			assertThat(this.meters.get("wasm.instances").gauge().value()).isPositive();
			this.unused.sweep(Duration.ZERO);
		}
	}

	@Test
	void dataOfClosedPluginsIsRemoved() {
		SharedScope declared = this.scopes.scope("");
		PluginHandle handle = inline("classpath:filters/hello_world.wasm", "");
		handle.load();
		SharedScope data = this.scopes.known(handle.id());
		assertThat(data).isNotNull().isNotSameAs(declared);
		assertThat(handle.plugin().status().vmId()).isEqualTo(handle.id());
		this.unused.sweep(Duration.ZERO);
		assertThat(this.scopes.known(handle.id())).isNull();
		assertThat(this.scopes.known("")).isSameAs(declared);
	}

	private static void report(PluginObserver observer) {
		observer.streamStarted();
		observer.phase(StreamPhase.REQUEST_HEADERS, 1, PhaseOutcome.CONTINUE);
		observer.failed(FailureReason.START);
		observer.headerNotSent("upgrade");
		observer.callout("upstream", "failure", 1);
	}

	private PluginHandle inline(String url, String configuration) {
		PluginDefinition definition = new InlinePlugin(url, null, "", new PluginConfiguration(configuration, null),
				FailStrategy.CLOSED)
			.definition();
		PluginHandle handle = new PluginHandle(definition, this.loader,
				List.of(this.metrics, new ClosedPluginData(this.scopes)));
		this.handles.put(handle.id(), handle);
		return handle;
	}

}
