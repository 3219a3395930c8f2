package io.gatewaywasm.host.plugin;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import com.dylibso.chicory.wabt.Wat2Wasm;
import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.engine.EngineOptions;
import io.gatewaywasm.host.engine.ModuleException;
import io.gatewaywasm.host.engine.WasmEngine;
import io.gatewaywasm.host.fixture.FakeExchange;
import io.gatewaywasm.host.fixture.TestServices;
import io.gatewaywasm.host.limits.PluginLimits;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.FilterStream;
import io.gatewaywasm.host.spi.ForeignFunction;
import io.gatewaywasm.host.spi.RootSpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static io.gatewaywasm.host.fixture.Conditions.await;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for functions of the application that do not return and ignore interrupts:
 * streams that wait for the VM are answered, and the VM is replaced.
 */
@Tag("slow")
class StuckFunctionTests {

	private static final Duration STUCK = Duration.ofSeconds(1);

	/** A guest that calls the function when it receives a configuration. */
	private static final String CONFIGURES = """
			(module
			  (import "env" "proxy_call_foreign_function"
			    (func $foreign (param i32 i32 i32 i32 i32 i32) (result i32)))
			  (memory (export "memory") 1)
			  (data (i32.const 16) "stuck")
			  (func (export "proxy_abi_version_0_2_1"))
			  (func (export "malloc") (param i32) (result i32) (i32.const 1024))
			  (func (export "proxy_on_context_create") (param i32 i32))
			  (func (export "proxy_on_request_headers") (param i32 i32 i32) (result i32) (i32.const 0))
			  (func (export "proxy_on_configure") (param i32 i32) (result i32)
			    (if (local.get 1) (then (drop (call $foreign (i32.const 16) (i32.const 5)
			      (i32.const 0) (i32.const 0) (i32.const 32) (i32.const 36)))))
			    (i32.const 1)))
			""";

	/** Always calls the function, and traps at a request with more than 20 headers. */
	private static final String CONFIGURES_AND_TRAPS = CONFIGURES
		.replace("(if (local.get 1) (then (drop (call $foreign", "(if (i32.const 1) (then (drop (call $foreign")
		.replace("(func (export \"proxy_on_request_headers\") (param i32 i32 i32) (result i32)",
				"(func (export \"proxy_on_request_headers\") (param i32 i32 i32) (result i32)"
						+ " (if (i32.gt_u (local.get 1) (i32.const 20)) (then (unreachable)))");

	private final TestServices services = new TestServices();

	private final ExecutorService clients = Executors.newCachedThreadPool();

	private final List<Decision> decisions = new CopyOnWriteArrayList<>();

	private final CountDownLatch release = new CountDownLatch(1);

	private final AtomicInteger inside = new AtomicInteger();

	private final AtomicInteger returned = new AtomicInteger();

	@BeforeEach
	void block() {
		this.services.foreignFunctions.put("stuck", (call, arguments) -> {
			this.inside.incrementAndGet();
			boolean done = false;
			while (!done) {
				try {
					this.release.await();
					done = true;
				}
				catch (InterruptedException ex) {
					// The function ignores the interrupt.
				}
			}
			this.returned.incrementAndGet();
			return new byte[0];
		});
	}

	@AfterEach
	void close() {
		this.release.countDown();
		this.clients.shutdown();
		this.services.close();
	}

	@ParameterizedTest
	@EnumSource(Execution.class)
	void whatWaitsForTheVmIsAnsweredAndTheVmReplaced(Execution execution) throws Exception {
		try (WasmHost host = new WasmHost(this.services, STUCK);
				Plugin plugin = start(host, PluginSpec.builder("probe").run((run) -> run.withExecution(execution)))) {
			FilterStream paused = open(plugin, "x-probe", "pause");
			this.clients.submit(() -> paused.requestHeaders(true, this.decisions::add)).get();
			FilterStream open = open(plugin);
			open.requestHeaders(true, this.decisions::add);
			await(() -> this.decisions.size() == 1);
			FilterStream stuck = open(plugin, "x-probe", "foreign:stuck=x");
			this.clients.execute(() -> stuck.requestHeaders(true, this.decisions::add));
			await(() -> this.inside.get() == 1);
			this.clients.execute(() -> open.responseHeaders(true, this.decisions::add));
			await(() -> this.decisions.size() == 4);
			assertThat(this.decisions.subList(1, 4))
				.allSatisfy((decision) -> assertThat(decision).isInstanceOfSatisfying(Decision.Respond.class,
						(local) -> assertThat(local.response().status()).isEqualTo(503)));
			assertThat(this.services.failures).containsExactly("stuck");
			List.of(paused, open, stuck).forEach(FilterStream::end);
			serve(plugin);
			assertThat(plugin.status().counters().failures()).isEqualTo(1);
			assertThat(plugin.status().lastError())
				.contains("has not returned for " + STUCK + "; it is at io.gatewaywasm")
				.contains("StuckFunctionTests");
			assertThat(plugin.status().counters().activeStreams()).isZero();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "x-probe", "x-probe-log" })
	void threadThatReturnsLateTouchesNothing(String phase) throws Exception {
		try (WasmHost host = new WasmHost(this.services, STUCK);
				Plugin plugin = start(host, PluginSpec.builder("probe"))) {
			FakeExchange exchange = new FakeExchange(Runnable::run, phase, "foreign:stuck=x,set:x-late=1");
			FilterStream stream = plugin.openStream(exchange, 0);
			CountDownLatch left = new CountDownLatch(1);
			this.clients.execute(() -> {
				stream.requestHeaders(true, this.decisions::add);
				stream.end();
				left.countDown();
			});
			await(() -> this.services.failures.size() == 1 && this.decisions.size() == 1);
			serve(plugin);
			this.release.countDown();
			assertThat(left.await(60, TimeUnit.SECONDS)).isTrue();
			assertThat(this.returned.get()).isEqualTo(1);
			assertThat(this.decisions).hasSize(2);
			assertThat(exchange.requestHeaders.get("x-late")).isNull();
			assertThat(exchange.requestHeaders.get("x-foreign")).isNull();
			assertThat(this.services.failures).containsExactly("stuck");
			assertThat(plugin.status().counters().activeStreams()).isZero();
			serve(plugin);
		}
	}

	@Test
	void openStrategySkipsTheFilter() throws Exception {
		try (WasmHost host = new WasmHost(this.services, STUCK);
				Plugin plugin = start(host, PluginSpec.builder("probe").failStrategy(FailStrategy.OPEN))) {
			FilterStream stuck = open(plugin, "x-probe", "foreign:stuck=x");
			this.clients.execute(() -> stuck.requestHeaders(true, this.decisions::add));
			await(() -> this.decisions.size() == 1);
			assertThat(this.decisions).containsExactly(Decision.Continue.INSTANCE);
			stuck.end();
		}
	}

	@Test
	void isolatedVmIsReplaced() throws Exception {
		try (WasmHost host = new WasmHost(this.services, STUCK);
				Plugin plugin = start(host,
						PluginSpec.builder("probe").run((run) -> run.withIsolation(Isolation.STREAM)))) {
			FilterStream stuck = open(plugin, "x-probe", "foreign:stuck=x");
			this.clients.execute(() -> stuck.requestHeaders(true, this.decisions::add));
			await(() -> this.decisions.size() == 1);
			stuck.end();
			serve(plugin);
			assertThat(this.services.failures).containsExactly("stuck");
		}
	}

	@Test
	void streamWhoseRootContextIsStuckIsAnswered() throws Exception {
		try (WasmHost host = new WasmHost(this.services, STUCK);
				Plugin plugin = host.start(PluginSpec.builder("probe").build(), compile(Wat2Wasm.parse(CONFIGURES)))) {
			RootSpec root = new RootSpec("other", "", "{}".getBytes(StandardCharsets.UTF_8));
			FilterStream stuck = plugin.openStream(new FakeExchange(Runnable::run), root, 0);
			this.clients.execute(() -> stuck.requestHeaders(true, this.decisions::add));
			await(() -> this.decisions.size() == 1);
			assertThat(this.decisions).singleElement().isInstanceOf(Decision.Respond.class);
			assertThat(this.services.failures).containsExactly("stuck");
			stuck.end();
			serve(plugin);
		}
	}

	@ParameterizedTest
	@EnumSource(Execution.class)
	void pauseEndsInTimeThoughAllWorkerThreadsAreStuck(Execution execution) throws Exception {
		PluginLimits limits = PluginLimits.builder()
			.streams((streams) -> streams.pauseTimeout(Duration.ofMillis(200)))
			.build();
		try (WasmHost host = new WasmHost(this.services, STUCK);
				Plugin plugin = start(host,
						PluginSpec.builder("probe").run((run) -> run.withExecution(execution)).limits(limits))) {
			FilterStream paused = open(plugin, "x-probe", "pause");
			paused.requestHeaders(true, this.decisions::add);
			await(() -> plugin.status().counters().pauses() == 1);
			this.services.stuck = true;
			await(() -> this.decisions.size() == 1);
			assertThat(this.decisions).singleElement().isInstanceOf(Decision.Respond.class);
			assertThat(this.services.failures).containsExactly("pause-timeout");
			this.services.stuck = false;
			paused.end();
			serve(plugin);
		}
	}

	@Test
	void anotherVmIsTriedIfOneThatReplacesALostOneIsStuck() throws Exception {
		AtomicInteger starts = new AtomicInteger();
		AtomicBoolean next = new AtomicBoolean();
		ForeignFunction blocks = this.services.foreignFunctions.get("stuck");
		this.services.foreignFunctions.put("stuck", (call, arguments) -> {
			starts.incrementAndGet();
			return next.getAndSet(false) ? blocks.call(call, arguments) : new byte[0];
		});
		PluginLimits limits = PluginLimits.builder().vm((vm) -> vm.startTimeout(Duration.ofSeconds(1))).build();
		try (WasmHost host = new WasmHost(this.services, STUCK);
				Plugin plugin = host.start(PluginSpec.builder("probe").vms(1).limits(limits).build(),
						compile(Wat2Wasm.parse(CONFIGURES_AND_TRAPS)))) {
			int before = starts.get();
			next.set(true);
			FilterStream traps = open(plugin, Collections.nCopies(44, "x-many").toArray(String[]::new));
			traps.requestHeaders(true, this.decisions::add);
			await(() -> this.inside.get() == 1);
			assertThat(this.decisions).singleElement().isInstanceOf(Decision.Respond.class);
			traps.end();
			await(() -> starts.get() >= before + 2);
			await(() -> plugin.status().instances().serving() == 1);
			serve(plugin);
		}
	}

	@Test
	void functionsThatReturnMayTakeLongerTogether() throws Exception {
		this.services.foreignFunctions.put("slow", (call, arguments) -> {
			try {
				Thread.sleep(40);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			return new byte[0];
		});
		try (WasmHost host = new WasmHost(this.services, Duration.ofSeconds(1));
				Plugin plugin = start(host, PluginSpec.builder("probe"))) {
			FilterStream slow = open(plugin, "x-probe", "foreign:slow=x,".repeat(40) + "foreign:slow=x");
			slow.requestHeaders(true, this.decisions::add);
			assertThat(this.decisions).containsExactly(Decision.Continue.INSTANCE);
			assertThat(this.services.failures).isEmpty();
			slow.end();
		}
	}

	private static FilterStream open(Plugin plugin, String... headers) {
		return plugin.openStream(new FakeExchange(Runnable::run, headers), 0);
	}

	private void serve(Plugin plugin) throws InterruptedException {
		int before = this.decisions.size();
		FilterStream stream = open(plugin);
		stream.requestHeaders(true, this.decisions::add);
		await(() -> this.decisions.size() == before + 1);
		assertThat(this.decisions.get(before)).isEqualTo(Decision.Continue.INSTANCE);
		stream.end();
	}

	private static Plugin start(WasmHost host, PluginSpec.Builder spec) throws Exception {
		try (InputStream wasm = StuckFunctionTests.class.getResourceAsStream("/filters/probe_rust.wasm")) {
			return host.start(spec.build(), compile(wasm.readAllBytes()));
		}
	}

	private static CompiledModule compile(byte[] wasm) throws ModuleException {
		return WasmEngine.create(EngineOptions.defaults()).compile(wasm);
	}

}
