package io.gatewaywasm.boot.plugin;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import com.dylibso.chicory.wabt.Wat2Wasm;
import io.gatewaywasm.boot.services.GatewayHostScheduler;
import io.gatewaywasm.boot.services.GatewayHostServices;
import io.gatewaywasm.boot.services.LocalGuestMeters;
import io.gatewaywasm.boot.services.PluginObservers;
import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.engine.EngineOptions;
import io.gatewaywasm.host.engine.ModuleBytes;
import io.gatewaywasm.host.engine.ModuleException;
import io.gatewaywasm.host.engine.WasmEngine;
import io.gatewaywasm.host.limits.PluginLimits;
import io.gatewaywasm.host.plugin.FailStrategy;
import io.gatewaywasm.host.plugin.Plugin;
import io.gatewaywasm.host.plugin.RunOptions;
import io.gatewaywasm.host.plugin.WasmHost;
import io.gatewaywasm.host.shared.InMemorySharedScopes;
import io.gatewaywasm.host.spi.GrpcCallouts;
import io.gatewaywasm.host.spi.RedisCallouts;
import io.gatewaywasm.host.spi.VmConfiguration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.core.io.DefaultResourceLoader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for modules that take long to compile while others are loaded.
 */
@Tag("slow")
@Timeout(180)
class SlowCompileTests {

	private final GatewayHostScheduler scheduler = new GatewayHostScheduler(2);

	private final WasmHost host = new WasmHost(new GatewayHostServices((call, result) -> null, GrpcCallouts.NONE,
			RedisCallouts.NONE, new LocalGuestMeters(), this.scheduler, new InMemorySharedScopes(), (name) -> null,
			(secret) -> null, PluginObservers.NONE));

	private final SlowEngine engine = new SlowEngine();

	private final PluginLoader loader = new PluginLoader(new ModuleLoader(new DefaultResourceLoader(), null),
			this.engine, this.host, 1);

	@AfterEach
	void close() {
		this.engine.released.countDown();
		this.host.close();
		this.scheduler.destroy();
	}

	@Test
	void moduleThatTakesLongDelaysNoOther() throws Exception {
		PluginDefinition slow = definition("hello_world");
		CompletableFuture<Plugin> loading = CompletableFuture.supplyAsync(() -> load(slow));
		this.engine.entered.await();
		// On this thread: it would wait for ever if it had to wait for the other one.
		load(definition("add_header")).close();
		assertThat(loading).isNotDone();
		this.engine.released.countDown();
		loading.get(60, TimeUnit.SECONDS).close();
	}

	@ParameterizedTest
	@EnumSource(CompileBomb.class)
	void noKindOfModuleThatTakesLongDelaysAnother(CompileBomb bomb, @TempDir Path directory) throws Exception {
		load(definition("add_header")).close();
		AtomicInteger begun = new AtomicInteger();
		AtomicInteger ended = new AtomicInteger();
		AtomicBoolean stop = new AtomicBoolean();
		CompletableFuture<Void> bombs = CompletableFuture.runAsync(() -> {
			while (!stop.get()) {
				Path module = directory.resolve("bomb.wasm");
				write(module, bomb.module(begun.get() % 128));
				PluginDefinition definition = endless(module);
				begun.incrementAndGet();
				load(definition).close();
				ended.incrementAndGet();
			}
		});
		// A plugin that is loaded while one module is compiled did not wait for that one.
		await().atMost(Duration.ofSeconds(150)).pollInterval(Duration.ofMillis(1)).until(() -> {
			int compilation = begun.get();
			if (bombs.isDone() || compilation == ended.get()) {
				return bombs.isDone();
			}
			load(definition("add_header")).close();
			return ended.get() == compilation - 1 && begun.get() == compilation;
		});
		stop.set(true);
		bombs.get(120, TimeUnit.SECONDS);
	}

	private static void write(Path file, byte[] bytes) {
		try {
			Files.write(file, bytes);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "(start $loop)", "(export \"_initialize\" (func $loop))",
			"(export \"proxy_on_vm_start\" (func $started))" })
	void startThatNeverEndsDelaysNoOther(String entry, @TempDir Path directory) throws Exception {
		Path endless = directory.resolve("endless.wasm");
		Files.write(endless, Wat2Wasm.parse("""
				(module
				  (memory (export "memory") 1)
				  (func $loop (loop (br 0)))
				  (func $started (param i32 i32) (result i32) (loop (br 0)) (i32.const 1))
				  (func (export "proxy_abi_version_0_2_1"))
				  (func (export "malloc") (param i32) (result i32) (i32.const 1024))
				  %s)
				""".formatted(entry)));
		PluginDefinition definition = endless(endless);
		// The first module to be loaded takes longest.
		load(definition("add_header")).close();
		CompletableFuture<Plugin> loading = CompletableFuture.supplyAsync(() -> load(definition));
		this.engine.released.countDown();
		load(definition("add_header")).close();
		assertThat(loading).as("three seconds of CPU time are the limit").isNotDone();
		assertThat(loading).failsWithin(Duration.ofSeconds(100)).withThrowableThat().withStackTraceContaining("PT3S");
	}

	@Test
	void moduleThatTwoPluginsWantIsCompiledOnce() throws Exception {
		CompletableFuture<Plugin> one = CompletableFuture.supplyAsync(() -> load(definition("hello_world")));
		CompletableFuture<Plugin> two = CompletableFuture.supplyAsync(() -> load(definition("hello_world")));
		this.engine.entered.await();
		this.engine.released.countDown();
		// One that is closed before the other one is loaded is forgotten.
		Plugin first = one.get(60, TimeUnit.SECONDS);
		Plugin second = two.get(60, TimeUnit.SECONDS);
		first.close();
		second.close();
		assertThat(this.engine.compilations).hasValue(1);
	}

	@Test
	void reloadsThatAreAskedForWhileOneHangsCostNoThreadAndTheLastWins() throws Exception {
		PluginHandle handle = new PluginHandle(changing("add_header"), this.loader, List.of());
		handle.load();
		AtomicInteger threads = new AtomicInteger();
		Executor executor = (task) -> {
			threads.incrementAndGet();
			new Thread(task, "reload").start();
		};
		handle.reloadInBackground(changing("add_header"), executor);
		assertThat(threads).as("nothing has changed").hasValue(0);
		handle.reloadInBackground(changing("hello_world"), executor);
		this.engine.entered.await();
		for (int i = 0; i < 50; i++) {
			handle.reloadInBackground(changing("none_" + i), executor);
		}
		handle.reloadInBackground(changing("hello_world_abi_0_1_0"), executor);
		assertThat(threads).hasValue(1);
		this.engine.released.countDown();
		await().atMost(Duration.ofSeconds(30))
			.until(() -> handle.definition().equals(changing("hello_world_abi_0_1_0")));
		assertThat(handle.reloadFailures()).isZero();
		handle.reloadInBackground(changing("add_header"), executor);
		await().atMost(Duration.ofSeconds(30)).until(() -> handle.definition().equals(changing("add_header")));
		handle.close();
	}

	@Test
	void revertedReloadIsSkippedWhileAnotherHangs() throws Exception {
		PluginHandle handle = new PluginHandle(changing("add_header"), this.loader, List.of());
		handle.load();
		ExecutorService executor = Executors.newSingleThreadExecutor();
		handle.reloadInBackground(changing("hello_world"), executor);
		this.engine.entered.await();
		handle.reloadInBackground(changing("none"), executor);
		handle.reloadInBackground(changing("add_header"), executor);
		this.engine.released.countDown();
		executor.shutdown();
		assertThat(executor.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
		assertThat(handle.definition()).isEqualTo(changing("add_header"));
		assertThat(handle.reloadFailures()).isZero();
		handle.close();
	}

	private static PluginDefinition endless(Path module) {
		PluginLimits limits = PluginLimits.builder().vm((vm) -> vm.startTimeout(Duration.ofSeconds(3))).build();
		return new PluginDefinition("endless", true, ModuleLocation.of(module.toUri().toString(), null), "",
				PluginConfiguration.NONE, FailStrategy.CLOSED, VmConfiguration.DEFAULT, RunOptions.DEFAULT, null,
				MessageOptions.DEFAULT, limits);
	}

	private static PluginDefinition changing(String module) {
		return PluginDefinition.of("changing", "classpath:filters/" + module + ".wasm");
	}

	private Plugin load(PluginDefinition definition) {
		return this.loader.load(definition, this.loader.read(definition), () -> {
		});
	}

	private static PluginDefinition definition(String module) {
		return PluginDefinition.of(module.replace('_', '-'), "classpath:filters/" + module + ".wasm");
	}

	/** Delays the compilation of one module until the test releases it. */
	private static final class SlowEngine implements WasmEngine {

		private final WasmEngine engine = WasmEngine.create(EngineOptions.defaults());

		private final CountDownLatch entered = new CountDownLatch(1);

		private final CountDownLatch released = new CountDownLatch(1);

		private final AtomicInteger compilations = new AtomicInteger();

		private final byte[] slow;

		private SlowEngine() {
			try (InputStream file = SlowCompileTests.class.getResourceAsStream("/filters/hello_world.wasm")) {
				this.slow = file.readAllBytes();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		@Override
		public CompiledModule compile(ModuleBytes module) throws ModuleException {
			if (Arrays.equals(module.bytes(), this.slow)) {
				this.compilations.incrementAndGet();
				this.entered.countDown();
				try {
					this.released.await();
				}
				catch (InterruptedException ex) {
					Thread.currentThread().interrupt();
				}
			}
			return this.engine.compile(module);
		}

		@Override
		public String description() {
			return this.engine.description();
		}

	}

}
