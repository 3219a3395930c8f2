package io.gatewaywasm.host.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;

import com.dylibso.chicory.wabt.Wat2Wasm;
import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.engine.EngineOptions;
import io.gatewaywasm.host.engine.ModuleException;
import io.gatewaywasm.host.engine.WasmEngine;
import io.gatewaywasm.host.fixture.FakeExchange;
import io.gatewaywasm.host.fixture.TestServices;
import io.gatewaywasm.host.limits.PluginLimits;
import io.gatewaywasm.host.plugin.Plugin;
import io.gatewaywasm.host.plugin.PluginSpec;
import io.gatewaywasm.host.plugin.PluginStartException;
import io.gatewaywasm.host.plugin.WasmHost;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.FilterStream;
import io.gatewaywasm.host.spi.HttpCallResult;
import org.junit.jupiter.api.AfterEach;

/**
 * Starts guests, built with SDKs or written by hand, and runs streams through them.
 */
abstract class AbstractConformanceTests {

	private static final Duration SOON = Duration.ofSeconds(60);

	private static final Map<String, CompiledModule> MODULES = new ConcurrentHashMap<>();

	final TestServices services = new TestServices();

	final List<Decision> decisions = new CopyOnWriteArrayList<>();

	private final WasmHost host;

	private final List<Plugin> plugins = new ArrayList<>();

	AbstractConformanceTests() {
		this(Long.MAX_VALUE);
	}

	/** Starts a host that buffers at most a number of bytes of bodies. */
	AbstractConformanceTests(long maximumBodies) {
		this.host = new WasmHost(this.services, Long.MAX_VALUE, maximumBodies);
	}

	@AfterEach
	void close() {
		this.plugins.forEach(Plugin::close);
		this.host.close();
		this.services.close();
	}

	final Plugin start(String filter) {
		return start(filter, PluginSpec.builder("probe"));
	}

	final Plugin start(String filter, PluginSpec.Builder spec) {
		return start(filter(filter), spec);
	}

	final Plugin start(CompiledModule module, PluginSpec.Builder spec) {
		try {
			return tryToStart(module, spec);
		}
		catch (PluginStartException ex) {
			throw new AssertionError(ex);
		}
	}

	final Plugin tryToStart(CompiledModule module, PluginSpec.Builder spec) throws PluginStartException {
		Plugin plugin = this.host.start(spec.build(), module);
		this.plugins.add(plugin);
		return plugin;
	}

	/** Runs the request headers callback and ends the stream. */
	final FakeExchange run(Plugin plugin, String... headers) {
		FakeExchange exchange = exchange(headers);
		FilterStream stream = plugin.openStream(exchange, 0);
		stream.requestHeaders(true, this.decisions::add);
		stream.end();
		return exchange;
	}

	static FakeExchange exchange(String... headers) {
		return new FakeExchange(Runnable::run, headers);
	}

	static PluginSpec.Builder spec() {
		return PluginSpec.builder("probe");
	}

	static PluginSpec.Builder configured(String configuration) {
		return spec().configuration(bytes(configuration));
	}

	/**
	 * Returns the default limits without the limit on log lines, because these tests
	 * count them.
	 */
	static PluginLimits.Builder limits() {
		return PluginLimits.builder().sizes((sizes) -> sizes.logLinesPerSecond(100_000));
	}

	static CompiledModule filter(String name) {
		return MODULES.computeIfAbsent(name, (key) -> {
			try (InputStream wasm = AbstractConformanceTests.class.getResourceAsStream("/filters/" + key + ".wasm")) {
				return compile(wasm.readAllBytes());
			}
			catch (IOException ex) {
				throw new AssertionError(ex);
			}
		});
	}

	static CompiledModule wat(String wat) {
		return compile(Wat2Wasm.parse(wat));
	}

	private static CompiledModule compile(byte[] wasm) {
		try {
			return WasmEngine.create(EngineOptions.defaults()).compile(wasm);
		}
		catch (ModuleException ex) {
			throw new AssertionError(ex);
		}
	}

	static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	/** Returns the text of a body that was forwarded. */
	static String text(Decision decision) {
		byte[] data = (decision instanceof Decision.Release release) ? release.data()
				: ((Decision.Forward) decision).data();
		return new String(data, StandardCharsets.UTF_8);
	}

	static int status(Decision decision) {
		return ((Decision.Respond) decision).response().status();
	}

	final Decision lastDecision() {
		return this.decisions.get(this.decisions.size() - 1);
	}

	/** Answers the callout with this index. */
	final void answer(int call, int status, String body) {
		this.services.calls.get(call)
			.result()
			.accept(new HttpCallResult.Response(List.of(new HeaderPair(":status", Integer.toString(status))),
					bytes(body), List.of()));
	}

	/** Returns a guest with a function that calls a foreign function. */
	static WatGuest calling(String foreignFunction) {
		return new WatGuest()
			.function("env.proxy_call_foreign_function", "$call_foreign",
					"(param i32 i32 i32 i32 i32 i32) (result i32)")
			.with("""
					(data (i32.const 512) "%s")
					(func $foreign
					  (drop (call $call_foreign (i32.const 512) (i32.const %d) (i32.const 0) (i32.const 0)
					    (i32.const 544) (i32.const 548))))
					""".formatted(foreignFunction, foreignFunction.length()));
	}

	/**
	 * Adds the foreign function {@code hold}, which opens {@code inside} and returns when
	 * {@code leave} opens.
	 */
	void hold(CountDownLatch inside, CountDownLatch leave) {
		this.services.foreignFunctions.put("hold", (call, arguments) -> {
			inside.countDown();
			awaitLatch(leave);
			return new byte[0];
		});
	}

	static void awaitLatch(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	static void await(BooleanSupplier condition) {
		long end = System.nanoTime() + SOON.toNanos();
		while (!condition.getAsBoolean()) {
			if (System.nanoTime() > end) {
				throw new AssertionError("waited for " + SOON);
			}
			try {
				Thread.sleep(5);
			}
			catch (InterruptedException ex) {
				throw new AssertionError(ex);
			}
		}
	}

}
