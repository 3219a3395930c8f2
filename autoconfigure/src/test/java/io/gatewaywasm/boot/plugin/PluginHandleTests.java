package io.gatewaywasm.boot.plugin;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import io.gatewaywasm.boot.services.GatewayHostScheduler;
import io.gatewaywasm.boot.services.GatewayHostServices;
import io.gatewaywasm.boot.services.LocalGuestMeters;
import io.gatewaywasm.boot.services.PluginObservers;
import io.gatewaywasm.host.engine.EngineOptions;
import io.gatewaywasm.host.engine.WasmEngine;
import io.gatewaywasm.host.limits.PluginLimits;
import io.gatewaywasm.host.plugin.FailStrategy;
import io.gatewaywasm.host.plugin.PluginState;
import io.gatewaywasm.host.plugin.RunOptions;
import io.gatewaywasm.host.plugin.WasmHost;
import io.gatewaywasm.host.shared.InMemorySharedScopes;
import io.gatewaywasm.host.spi.GrpcCallouts;
import io.gatewaywasm.host.spi.RedisCallouts;
import io.gatewaywasm.host.spi.VmConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.core.io.Resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the loads and reloads of a {@link PluginHandle}.
 */
@Timeout(60)
@ExtendWith(OutputCaptureExtension.class)
class PluginHandleTests {

	private static final String MODULE = "classpath:filters/hello_world.wasm";

	private final GatewayHostScheduler scheduler = new GatewayHostScheduler(2);

	private final ExecutorService loads = Executors.newCachedThreadPool();

	private final WasmHost host = new WasmHost(new GatewayHostServices((call, result) -> null, GrpcCallouts.NONE,
			RedisCallouts.NONE, new LocalGuestMeters(), this.scheduler, new InMemorySharedScopes(), (name) -> null,
			(secret) -> null, PluginObservers.NONE));

	private final SlowResources resources = new SlowResources();

	private final PluginLoader loader = new PluginLoader(new ModuleLoader(this.resources, null),
			WasmEngine.create(EngineOptions.defaults()), this.host, 1);

	private final PluginHandle handle = new PluginHandle(definition("first", MODULE), this.loader, List.of());

	@AfterEach
	void close() {
		this.resources.proceed.countDown();
		this.loads.shutdown();
		this.handle.close();
		this.host.close();
		this.scheduler.destroy();
	}

	@Test
	void definitionThatChangesDuringTheFirstLoadServes() throws Exception {
		this.resources.slow = true;
		this.handle.loadInBackground(this.loads);
		this.resources.reached.await();
		this.handle.reloadInBackground(definition("second", MODULE), this.loads);
		this.handle.reloadInBackground(definition("third", MODULE), this.loads);
		this.resources.proceed.countDown();
		awaitRootId("third");
	}

	@Test
	void definitionThatChangesBeforeTheFirstLoadServes() {
		this.handle.reload(definition("second", MODULE));
		assertThat(this.handle.state()).isEqualTo(PluginState.LOADING);
		this.handle.load();
		awaitRootId("second");
		assertThat(this.handle.plugin().status().generation()).isOne();
	}

	@Test
	void definitionThatChangesDuringARetryServes() throws Exception {
		fail();
		this.resources.slow = true;
		CompletableFuture<Void> retry = CompletableFuture.runAsync(this.handle::load, this.loads);
		this.resources.reached.await();
		this.resources.slow = false;
		this.handle.reloadInBackground(definition("second", MODULE), this.loads);
		this.resources.proceed.countDown();
		retry.join();
		awaitRootId("second");
	}

	@Test
	void pluginThatIsLoadedIsNotLoadedAgain() {
		this.handle.load();
		this.resources.missing = true;
		this.handle.load();
		assertThat(this.handle.state()).isEqualTo(PluginState.LIVE);
	}

	@Test
	void failedLoadOfACorrectionIsLogged(CapturedOutput output) {
		fail();
		this.handle.reloadInBackground(definition("second", "classpath:still-missing.wasm"), Runnable::run);
		assertThat(this.handle.state()).isEqualTo(PluginState.FAILED);
		assertThat(output).containsOnlyOnce("ERROR").contains("'classpath:still-missing.wasm' does not exist");
	}

	@Test
	void reloadOfTheSameDefinitionDuringAChangeKeepsTheChange() throws Exception {
		this.handle.load();
		this.resources.slow = true;
		this.handle.reloadInBackground(definition("second", MODULE), this.loads);
		this.resources.reached.await();
		CompletableFuture<Void> reload = CompletableFuture.runAsync(this.handle::reload, this.loads);
		this.resources.proceed.countDown();
		reload.join();
		awaitRootId("second");
	}

	@Test
	void filesThatWereReadForAnOldDefinitionAreNotUsed() {
		this.handle.load();
		PluginDefinition old = this.handle.definition();
		PluginSource source = this.loader.read(old);
		this.handle.reload(definition("second", MODULE));
		this.handle.reloadChanged(old, source);
		awaitRootId("second");
		this.handle.reloadChanged(this.handle.definition(), source);
		assertThat(this.handle.plugin().status().generation()).isEqualTo(3);
	}

	@Test
	void pluginThatIsLoadingIsNotReloadedOnRequest() {
		assertThatExceptionOfType(WasmPluginException.class).isThrownBy(this.handle::reload)
			.withMessageContaining("not live, but LOADING");
	}

	private void fail() {
		this.resources.missing = true;
		assertThatExceptionOfType(WasmPluginException.class).isThrownBy(this.handle::load);
		this.resources.missing = false;
		assertThat(this.handle.state()).isEqualTo(PluginState.FAILED);
	}

	private void awaitRootId(String expected) {
		await().atMost(Duration.ofSeconds(30))
			.until(() -> this.handle.plugin() != null && this.handle.rootId().equals(expected));
		assertThat(this.handle.definition().rootId()).isEqualTo(expected);
	}

	private static PluginDefinition definition(String rootId, String url) {
		return new PluginDefinition("p", true, ModuleLocation.of(url, null), rootId, PluginConfiguration.NONE,
				FailStrategy.CLOSED, VmConfiguration.DEFAULT, RunOptions.DEFAULT, 1, MessageOptions.DEFAULT,
				PluginLimits.DEFAULTS);
	}

	/** Loads resources, as slowly as a server that does not respond for a while. */
	private static final class SlowResources extends DefaultResourceLoader {

		private final CountDownLatch reached = new CountDownLatch(1);

		private final CountDownLatch proceed = new CountDownLatch(1);

		private volatile boolean slow;

		private volatile boolean missing;

		@Override
		public Resource getResource(String location) {
			if (this.slow) {
				this.reached.countDown();
				try {
					this.proceed.await();
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
				}
			}
			return super.getResource(this.missing ? "classpath:missing" : location);
		}

	}

}
