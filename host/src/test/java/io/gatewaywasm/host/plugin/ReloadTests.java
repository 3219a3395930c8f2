package io.gatewaywasm.host.plugin;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.engine.EngineOptions;
import io.gatewaywasm.host.engine.ModuleException;
import io.gatewaywasm.host.engine.WasmEngine;
import io.gatewaywasm.host.engine.chicory.MachineClasses;
import io.gatewaywasm.host.fixture.FakeExchange;
import io.gatewaywasm.host.fixture.TestServices;
import io.gatewaywasm.host.limits.PluginLimits;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.FilterStream;
import io.gatewaywasm.host.spi.HttpCallResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import static io.gatewaywasm.host.fixture.Conditions.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for reloads of a {@link Plugin} that is serving.
 */
@Tag("slow")
class ReloadTests {

	private static final int RELOADS = 20;

	/** Every fourth version is bad: five of twenty. */
	private static final String[] BAD = { "fail-configure", "trap-configure", "truncated", "loop-configure",
			"trap-vm-start" };

	private final TestServices services = new TestServices();

	private final WasmHost host = new WasmHost(this.services);

	private final List<String> unexpected = new CopyOnWriteArrayList<>();

	private final AtomicInteger served = new AtomicInteger();

	private byte[] wasm;

	private int variant;

	@BeforeEach
	void readModule() throws Exception {
		try (InputStream input = ReloadTests.class.getResourceAsStream("/filters/probe_rust.wasm")) {
			this.wasm = input.readAllBytes();
		}
	}

	@AfterEach
	void close() {
		this.host.close();
		this.services.close();
	}

	@Test
	void reloadsUnderLoadLoseNothingAndLeaveNothingBehind() throws Exception {
		List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
		Plugin plugin = this.host.start(spec("").build(), fresh(loaders));
		Set<Thread> threads = Thread.getAllStackTraces().keySet();
		AtomicBoolean stop = new AtomicBoolean();
		List<Thread> clients = List.of(client(plugin, 0, stop), client(plugin, 1, stop));
		int refused = 0;
		for (int i = 0; i < RELOADS; i++) {
			int before = this.served.get();
			List<Held> held = hold(plugin);
			if (i % 4 == 3) {
				refused += reloadBadly(plugin, BAD[i / 4], loaders);
			}
			else {
				plugin.reload(spec("").build(), fresh(loaders));
			}
			held.forEach(Held::finish);
			await(() -> this.served.get() > before + 100);
		}
		stop.set(true);
		for (Thread client : clients) {
			client.join();
		}
		assertThat(this.unexpected).isEmpty();
		assertThat(refused).isEqualTo(5);
		PluginStatus status = plugin.status();
		assertThat(status.generation()).isEqualTo(1 + RELOADS - refused);
		assertThat(status.counters().failures()).isZero();
		assertThat(status.counters().activeStreams()).isZero();
		assertThat(status.counters().streams()).isGreaterThan(2000);
		await(() -> collected(loaders) == loaders.size() - 1);
		plugin.close();
		assertThat(plugin.status().instances().memoryBytes()).isZero();
		assertThat(Thread.getAllStackTraces().keySet()).filteredOn((thread) -> !threads.contains(thread))
			.extracting(Thread::getName)
			.allMatch((name) -> name.equals("test-services"));
	}

	@Test
	void streamsOfAnOldVersionEndAfterTheDrainTimeout() throws Exception {
		PluginSpec.Builder spec = spec("")
			.limits(PluginLimits.builder().pool((pool) -> pool.drainTimeout(Duration.ofMillis(200))).build());
		try (Plugin plugin = this.host.start(spec.build(), compile(this.wasm))) {
			List<Decision> decisions = new CopyOnWriteArrayList<>();
			FilterStream stream = plugin.openStream(new FakeExchange(Runnable::run, "x-probe", "pause"), 0);
			stream.requestHeaders(true, decisions::add);
			plugin.reload(spec("").build(), compile(this.wasm));
			await(() -> !decisions.isEmpty());
			assertThat(decisions).singleElement().isInstanceOf(Decision.Respond.class);
			stream.end();
		}
	}

	/** Runs plain streams one after the other until stopped. */
	private Thread client(Plugin plugin, int affinity, AtomicBoolean stop) {
		Thread thread = new Thread(() -> {
			while (!stop.get()) {
				List<Decision> decisions = new CopyOnWriteArrayList<>();
				FakeExchange exchange = new FakeExchange(Runnable::run, "x-probe", "add:x-seen=1");
				FilterStream stream = plugin.openStream(exchange, affinity);
				stream.requestHeaders(true, decisions::add);
				awaitQuietly(() -> decisions.size() == 1);
				stream.responseHeaders(true, decisions::add);
				awaitQuietly(() -> decisions.size() == 2);
				stream.end();
				this.served.incrementAndGet();
				if (!decisions.equals(List.of(Decision.Continue.INSTANCE, Decision.Continue.INSTANCE))
						|| !"1".equals(exchange.requestHeaders.get("x-seen"))) {
					this.unexpected.add("plain: " + decisions);
				}
			}
		});
		thread.start();
		return thread;
	}

	/** Opens streams that are unfinished when the reload comes. */
	private List<Held> hold(Plugin plugin) {
		List<Held> held = new ArrayList<>();
		for (int i = 0; i < 10; i++) {
			held.add(new Held(plugin, i, true));
			held.add(new Held(plugin, i, false));
		}
		return held;
	}

	private int reloadBadly(Plugin plugin, String how, List<WeakReference<ClassLoader>> loaders) throws Exception {
		if (how.equals("truncated")) {
			assertThatExceptionOfType(ModuleException.class)
				.isThrownBy(() -> compile(java.util.Arrays.copyOf(this.wasm, this.wasm.length / 2)));
			return 1;
		}
		PluginLimits limits = PluginLimits.builder().vm((vm) -> vm.startTimeout(Duration.ofMillis(300))).build();
		CompiledModule module = fresh(loaders);
		assertThatExceptionOfType(PluginStartException.class)
			.isThrownBy(() -> plugin.reload(spec(how).limits(limits).build(), module));
		return 1;
	}

	private static PluginSpec.Builder spec(String configuration) {
		byte[] bytes = configuration.getBytes(StandardCharsets.UTF_8);
		return PluginSpec.builder("probe").vms(2).configuration(bytes).vm((vm) -> vm.withConfiguration(bytes));
	}

	private CompiledModule fresh(List<WeakReference<ClassLoader>> loaders) throws Exception {
		// A different custom section each time gives the module another digest and its
		// own classes.
		byte[] name = ("v" + this.variant++).getBytes(StandardCharsets.US_ASCII);
		ByteArrayOutputStream changed = new ByteArrayOutputStream();
		changed.writeBytes(this.wasm);
		changed.write(0);
		changed.write(name.length + 1);
		changed.write(name.length);
		changed.writeBytes(name);
		CompiledModule module = compile(changed.toByteArray());
		loaders.add(new WeakReference<>(MachineClasses.loader(module)));
		return module;
	}

	private static CompiledModule compile(byte[] wasm) throws ModuleException {
		return WasmEngine.create(EngineOptions.defaults()).compile(wasm);
	}

	private static long collected(List<WeakReference<ClassLoader>> loaders) {
		System.gc();
		return loaders.stream().filter((loader) -> loader.get() == null).count();
	}

	private static void awaitQuietly(BooleanSupplier condition) {
		try {
			await(condition);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** A stream that is paused in its headers or has received half of its body. */
	private final class Held {

		private final List<Decision> decisions = new CopyOnWriteArrayList<>();

		private final FilterStream stream;

		private final boolean paused;

		private final TestServices.SentCall call;

		private Held(Plugin plugin, int affinity, boolean paused) {
			this.paused = paused;
			this.stream = plugin.openStream(
					new FakeExchange(Runnable::run, "x-probe", paused ? "pause-call:auth:/" : "add:x-seen=1"),
					affinity);
			this.stream.requestHeaders(false, this.decisions::add);
			if (paused) {
				awaitQuietly(() -> !ReloadTests.this.services.calls.isEmpty());
				this.call = ReloadTests.this.services.calls.remove(0);
			}
			else {
				this.call = null;
				awaitQuietly(() -> this.decisions.size() == 1);
				this.stream.requestBody(bytes("first "), false, this.decisions::add);
			}
		}

		private void finish() {
			if (this.paused) {
				this.call.result().accept(new HttpCallResult.Response(List.of(), new byte[0], List.of()));
				awaitQuietly(() -> this.decisions.size() == 1);
				this.stream.requestBody(bytes("first "), false, this.decisions::add);
			}
			awaitQuietly(() -> this.decisions.size() == 2);
			this.stream.requestBody(bytes("second"), true, this.decisions::add);
			awaitQuietly(() -> this.decisions.size() == 3);
			this.stream.responseHeaders(true, this.decisions::add);
			awaitQuietly(() -> this.decisions.size() == 4);
			this.stream.end();
			boolean asExpected = this.decisions.get(0) == Decision.Continue.INSTANCE
					&& this.decisions.get(1) instanceof Decision.Forward
					&& this.decisions.get(2) instanceof Decision.Forward
					&& this.decisions.get(3) == Decision.Continue.INSTANCE;
			if (!asExpected) {
				ReloadTests.this.unexpected.add((this.paused ? "paused: " : "body: ") + this.decisions);
			}
			ReloadTests.this.served.incrementAndGet();
		}

		private static byte[] bytes(String text) {
			return text.getBytes(StandardCharsets.UTF_8);
		}

	}

}
