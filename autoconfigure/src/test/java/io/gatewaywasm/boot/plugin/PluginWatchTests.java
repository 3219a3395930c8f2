package io.gatewaywasm.boot.plugin;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.core.io.DefaultResourceLoader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link PluginWatch}, and for reloads of a {@link PluginHandle}.
 */
class PluginWatchTests {

	private final GatewayHostScheduler scheduler = new GatewayHostScheduler(2);

	private final WasmHost host = new WasmHost(new GatewayHostServices((call, result) -> null, GrpcCallouts.NONE,
			RedisCallouts.NONE, new LocalGuestMeters(), this.scheduler, new InMemorySharedScopes(), (name) -> null,
			(secret) -> null, PluginObservers.NONE));

	private final PluginLoader loader = new PluginLoader(new ModuleLoader(new DefaultResourceLoader(), null),
			WasmEngine.create(EngineOptions.defaults()), this.host, 1);

	@TempDir
	private Path directory;

	private Path module;

	private PluginHandle handle;

	private PluginWatch watch;

	@BeforeEach
	void load() throws IOException {
		this.module = this.directory.resolve("filter.wasm");
		write(wasm("hello_world"));
		start(this.module);
	}

	@AfterEach
	void close() {
		this.handle.close();
		this.host.close();
		this.scheduler.destroy();
	}

	@Test
	void unchangedFileIsNotReloaded() {
		look(4);
		assertThat(generation()).isEqualTo(1);
	}

	@Test
	void changedFileIsReloadedAfterTwoEqualLooks() throws IOException {
		look(1);
		write(wasm("hello_world_abi_0_1_0"));
		look(1);
		assertThat(generation()).isEqualTo(1);
		look(1);
		assertThat(generation()).isEqualTo(2);
		look(4);
		assertThat(generation()).isEqualTo(2);
	}

	@Test
	void fileThatIsBeingWrittenIsNotReloadedUntilItIsWhole() throws IOException {
		look(1);
		byte[] whole = wasm("hello_world_abi_0_1_0");
		for (int quarter = 1; quarter <= 4; quarter++) {
			write(Arrays.copyOf(whole, whole.length * quarter / 4));
			look(1);
			assertThat(generation()).isEqualTo(1);
		}
		assertThat(this.handle.reloadFailures()).isZero();
		look(1);
		assertThat(generation()).isEqualTo(2);
	}

	@Test
	void swappedLinkIsReloaded() throws IOException {
		this.handle.close();
		// As Kubernetes mounts a ConfigMap: file -> ..data/file, ..data -> ..version
		Path one = Files.createDirectory(this.directory.resolve("..one"));
		Files.write(one.resolve("linked.wasm"), wasm("hello_world"));
		Path two = Files.createDirectory(this.directory.resolve("..two"));
		Files.write(two.resolve("linked.wasm"), wasm("hello_world_abi_0_1_0"));
		Path data = Files.createSymbolicLink(this.directory.resolve("..data"), one.getFileName());
		start(Files.createSymbolicLink(this.directory.resolve("linked.wasm"), Path.of("..data", "linked.wasm")));
		look(2);
		Path swap = Files.createSymbolicLink(this.directory.resolve("..data_tmp"), two.getFileName());
		Files.move(swap, data, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
		look(2);
		assertThat(generation()).isEqualTo(2);
	}

	@Test
	void badVersionLeavesTheOldOneServingAndIsTriedOnce() throws IOException {
		look(1);
		write("not a module".getBytes(StandardCharsets.US_ASCII));
		look(6);
		assertThat(generation()).isEqualTo(1);
		assertThat(this.handle.plugin().status().state()).isEqualTo(PluginState.LIVE);
		assertThat(this.handle.reloadFailures()).isEqualTo(1);
		assertThat(this.handle.lastReloadFailure().message()).isNotBlank();
		write(wasm("hello_world_abi_0_1_0"));
		look(2);
		assertThat(generation()).isEqualTo(2);
		assertThat(this.handle.lastReloadFailure()).isNull();
		assertThat(this.handle.reloadFailures()).isEqualTo(1);
	}

	@Test
	void revertedBadVersionChangesNothing() throws IOException {
		look(1);
		write("not a module".getBytes(StandardCharsets.US_ASCII));
		look(2);
		write(wasm("hello_world"));
		look(4);
		assertThat(generation()).isEqualTo(1);
		assertThat(this.handle.reloadFailures()).isEqualTo(1);
	}

	@Test
	void missingFileLeavesTheOldVersionServing() throws IOException {
		look(1);
		Files.delete(this.module);
		look(3);
		assertThat(this.handle.plugin().status().state()).isEqualTo(PluginState.LIVE);
		write(wasm("hello_world_abi_0_1_0"));
		look(2);
		assertThat(generation()).isEqualTo(2);
	}

	@Test
	void reloadFromAnotherDefinitionIsSeenInTheHandle() {
		PluginDefinition other = definition(this.module, FailStrategy.OPEN);
		this.handle.reload(other);
		assertThat(this.handle.definition()).isEqualTo(other);
		assertThat(generation()).isEqualTo(2);
		look(4);
		assertThat(generation()).isEqualTo(2);
	}

	@Test
	void reloadFromADefinitionThatCannotBeStartedKeepsTheOldDefinition() {
		PluginDefinition old = this.handle.definition();
		PluginDefinition bad = definition(this.directory.resolve("nowhere.wasm"), FailStrategy.OPEN);
		assertThatExceptionOfType(WasmPluginException.class).isThrownBy(() -> this.handle.reload(bad));
		assertThat(this.handle.definition()).isEqualTo(old);
		assertThat(this.handle.lastReloadFailure().message()).contains("does not exist");
	}

	private void start(Path path) {
		this.handle = new PluginHandle(definition(path, FailStrategy.CLOSED), this.loader, List.of());
		this.handle.load();
		this.watch = new PluginWatch(this.handle, this.loader, Duration.ZERO);
	}

	private static PluginDefinition definition(Path path, FailStrategy failStrategy) {
		return new PluginDefinition("filter", true, ModuleLocation.of(path.toUri().toString(), null), "hello_world",
				PluginConfiguration.NONE, failStrategy, VmConfiguration.DEFAULT, RunOptions.DEFAULT, 1,
				MessageOptions.DEFAULT,
				PluginLimits.builder().pool((pool) -> pool.drainTimeout(Duration.ofSeconds(1))).build());
	}

	private void look(int times) {
		for (int i = 0; i < times; i++) {
			this.watch.check();
		}
	}

	private int generation() {
		return this.handle.plugin().status().generation();
	}

	private void write(byte[] bytes) throws IOException {
		Files.write(this.module, bytes);
	}

	private static byte[] wasm(String filter) throws IOException {
		try (InputStream input = PluginWatchTests.class.getResourceAsStream("/filters/" + filter + ".wasm")) {
			return input.readAllBytes();
		}
	}

}
