package io.gatewaywasm.host.plugin;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;

import com.dylibso.chicory.wabt.Wat2Wasm;
import io.gatewaywasm.host.engine.EngineOptions;
import io.gatewaywasm.host.engine.ModuleException;
import io.gatewaywasm.host.engine.WasmEngine;
import io.gatewaywasm.host.fixture.FakeExchange;
import io.gatewaywasm.host.fixture.GuestBinary;
import io.gatewaywasm.host.limits.PluginLimits;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.FilterStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import static io.gatewaywasm.host.fixture.Conditions.await;
import static io.gatewaywasm.host.fixture.GuestBinary.BLOCK;
import static io.gatewaywasm.host.fixture.GuestBinary.DROP;
import static io.gatewaywasm.host.fixture.GuestBinary.END;
import static io.gatewaywasm.host.fixture.GuestBinary.EXNREF;
import static io.gatewaywasm.host.fixture.GuestBinary.I32;
import static io.gatewaywasm.host.fixture.GuestBinary.LOOP;
import static io.gatewaywasm.host.fixture.GuestBinary.bytes;
import static io.gatewaywasm.host.fixture.GuestBinary.call;
import static io.gatewaywasm.host.fixture.GuestBinary.get;
import static io.gatewaywasm.host.fixture.GuestBinary.i32;
import static io.gatewaywasm.host.fixture.GuestBinary.memoryFill;
import static io.gatewaywasm.host.fixture.GuestBinary.skippedAndTooLarge;
import static io.gatewaywasm.host.fixture.GuestBinary.unsigned;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Tests for guests that misuse WebAssembly exceptions: to survive a limit, to keep
 * objects of the engine, or to leave a callback in the middle of a host function.
 */
@Tag("slow")
class ExceptionAttackTests extends AbstractHostTests {

	private static final int[] NONE = {};

	private static final int THROW = 0x08;

	private static final int THROW_REF = 0x0a;

	private static final int UNREACHABLE = 0x00;

	private static final int[] ONE = { I32 };

	private static final int[] TWO = { I32, I32 };

	private final List<Decision> decisions = new CopyOnWriteArrayList<>();

	@ParameterizedTest(name = "{0}")
	@MethodSource
	void handlerSurvivesNoLimitAndNoTrap(String name, GuestBinary module) throws Exception {
		try (Plugin plugin = start(module.toByteArray())) {
			for (int i = 1; i <= 2; i++) {
				run(plugin);
				assertThat(this.decisions).last()
					.isInstanceOfSatisfying(Decision.Respond.class,
							(local) -> assertThat(local.response().status()).isEqualTo(503));
				assertThat(this.services.failures).hasSize(i);
				await(() -> plugin.status().instances().serving() == 1);
			}
		}
	}

	static Stream<Arguments> handlerSurvivesNoLimitAndNoTrap() {
		byte[] endless = bytes(LOOP, 0x40, 0x0c, 0, END);
		return Stream.of(endlessly("an endless loop", with((module) -> {
		}), endless), endlessly("an endless loop in the interpreter", with((module) -> {
		}), skippedAndTooLarge(), endless), endlessly("long instructions", with((module) -> {
		}), LOOP, 0x40, memoryFill(0, 65_536), 0x0c, 0, END),
				arguments("unreachable", with((module) -> module.onRequestHeaders(guarded(UNREACHABLE)))),
				arguments("division by zero",
						with((module) -> module.onRequestHeaders(guarded(i32(1), i32(0), 0x6e, DROP)))),
				arguments("access outside the memory",
						with((module) -> module.onRequestHeaders(guarded(i32(-4), 0x28, 2, 0, DROP)))),
				arguments("null in place of an exception",
						with((module) -> module.onRequestHeaders(guarded(0xd0, EXNREF, THROW_REF)))),
				arguments("a trap in a function below", with((module) -> {
					int below = module.function(NONE, NONE, null, UNREACHABLE);
					module.onRequestHeaders(guarded(call(below)));
				})), arguments("a trap behind an exception that was caught", with((module) -> {
					module.tag(module.type(NONE, NONE));
					module.onRequestHeaders(guarded(THROW, 0), guarded(UNREACHABLE));
				})), arguments("recursion in a handler, in each frame", with((module) -> {
					module.tag(module.type(NONE, NONE));
					int next = module.nextFunction();
					module.function(NONE, NONE, null, guarded(THROW, 0), guarded(call(next)), call(next));
					module.onRequestHeaders(call(next));
				})), arguments("recursion with exceptions in local variables", with((module) -> {
					module.tag(module.type(NONE, NONE));
					int next = module.nextFunction();
					module.functionWithLocals(NONE, NONE, null, bytes(1, unsigned(1000), EXNREF), caught(THROW, 0),
							0x21, 0, call(next));
					module.onRequestHeaders(call(next));
				})), arguments("endless rethrowing of one exception", with((module) -> {
					module.tag(module.type(NONE, NONE));
					int function = module.nextFunction();
					module.functionWithLocals(NONE, NONE, null, bytes(1, 1, EXNREF), caught(THROW, 0), 0x21, 0, LOOP,
							0x40, caught(get(0), THROW_REF), 0x21, 0, 0x0c, 0, END);
					module.onRequestHeaders(call(function));
				})), arguments("an exception rethrown through twenty handlers, without end", with((module) -> {
					module.tag(module.type(NONE, NONE));
					byte[] code = bytes(THROW, 0);
					for (int i = 0; i < 20; i++) {
						code = bytes(caught(code), THROW_REF);
					}
					module.onRequestHeaders(LOOP, 0x40, guarded(code), 0x0c, 0, END);
				})));
	}

	private static Arguments endlessly(String name, GuestBinary module, Object... code) {
		return arguments(name + " in a handler, without end",
				module.onRequestHeaders(LOOP, 0x40, guarded(code), 0x0c, 0, END));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource
	void keptExceptionsStayBounded(String name, GuestBinary module) throws Exception {
		try (Plugin plugin = start(module.toByteArray())) {
			for (int i = 0; i < 20; i++) {
				run(plugin);
			}
			long before = plugin.status().instances().memoryBytes();
			for (int i = 0; i < 200; i++) {
				run(plugin);
			}
			assertThat(this.decisions).hasSize(220).containsOnly(Decision.Continue.INSTANCE);
			assertThat(plugin.status().instances().memoryBytes()).isEqualTo(before).isLessThan(16 << 20);
			assertThat(plugin.status().counters().failures()).isZero();
		}
	}

	static Stream<Arguments> keptExceptionsStayBounded() {
		return Stream.of(arguments("in a global", with((module) -> {
			module.tag(module.type(NONE, NONE));
			module.global(EXNREF, 1, 0xd0, EXNREF, END);
			module.onRequestHeaders(caught(THROW, 0), 0x24, 0);
		})), arguments("in a hundred globals, thrown again at the next request", with((module) -> {
			module.tag(module.type(ONE, NONE));
			for (int i = 0; i < 100; i++) {
				module.global(EXNREF, 1, 0xd0, EXNREF, END);
			}
			byte[] all = {};
			for (int i = 0; i < 100; i++) {
				all = bytes(all, 0x23, i, 0xd1, 0x45, 0x04, 0x40, guarded(0x23, i, THROW_REF), END,
						caught(i32(i), THROW, 0), 0x24, i);
			}
			module.onRequestHeaders(all);
		})), arguments("in a table", with((module) -> {
			module.tag(module.type(ONE, NONE));
			module.table(EXNREF, 0, unsigned(1000));
			byte[] all = {};
			for (int i = 0; i < 1000; i++) {
				all = bytes(all, i32(i), caught(i32(i), THROW, 0), 0x26, 0);
			}
			module.onRequestHeaders(all);
		})), arguments("of a thousand tags in one callback", with((module) -> {
			for (int i = 0; i < 1000; i++) {
				module.tag(module.type(NONE, NONE));
			}
			byte[] all = {};
			for (int i = 0; i < 1000; i++) {
				all = bytes(all, caught(THROW, unsigned(i)), DROP);
			}
			module.onRequestHeaders(all);
		})));
	}

	@Test
	void tableOfExceptionsGrowsNoFurtherThanTheMemory() throws Exception {
		GuestBinary module = new GuestBinary();
		module.tag(module.type(NONE, NONE));
		module.table(EXNREF, 0, 1);
		module.onRequestHeaders(LOOP, 0x40, caught(THROW, 0), i32(4096), 0xfc, 15, 0, i32(-1), 0x47, 0x0d, 0, END);
		try (Plugin plugin = start(module.toByteArray())) {
			run(plugin);
			assertThat(plugin.status().instances().memoryBytes()).isLessThanOrEqualTo(16 << 20);
		}
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource
	void exceptionThroughAHostFunctionCannotBeCaught(String name, Object[] code) throws Exception {
		GuestBinary module = GuestBinary.importing("env", "proxy_get_property", new int[] { I32, I32, I32, I32 }, ONE,
				get(0), THROW, 0);
		module.tag(module.type(ONE, NONE));
		module.onRequestHeaders(name(), code);
		try (Plugin plugin = start(module.toByteArray())) {
			for (int i = 0; i < 3; i++) {
				run(plugin);
				await(() -> plugin.status().instances().serving() == 1);
			}
			assertThat(this.decisions).hasSize(3).allMatch((decision) -> decision instanceof Decision.Respond);
			assertThat(this.services.failures).containsExactly("trap", "trap", "trap");
			assertThat(plugin.status().lastError()).contains("threw an exception");
		}
	}

	static Stream<Arguments> exceptionThroughAHostFunctionCannotBeCaught() {
		byte[] property = bytes(i32(40), i32(11), i32(16), i32(20), call(0), DROP);
		return Stream.of(arguments("not caught", new Object[] { property }),
				arguments("caught", new Object[] { guarded(property) }),
				arguments("caught by reference and rethrown",
						new Object[] { caught(property, UNREACHABLE), THROW_REF }),
				arguments("caught without end", new Object[] { LOOP, 0x40, guarded(property), 0x0c, 0, END }));
	}

	/** Writes the path of a property that exists. */
	private static byte[] name() {
		byte[] name = "plugin_name".getBytes(StandardCharsets.US_ASCII);
		byte[] code = {};
		for (int i = 0; i < name.length; i++) {
			code = bytes(code, i32(40 + i), i32(name[i]), 0x3a, 0, 0);
		}
		return code;
	}

	@ParameterizedTest(name = "{0}")
	@CsvSource({ "proxy_on_request_headers, 3, 1", "proxy_on_request_body, 3, 1", "proxy_on_request_trailers, 2, 1",
			"proxy_on_response_headers, 3, 1", "proxy_on_response_body, 3, 1", "proxy_on_response_trailers, 2, 1",
			"proxy_on_done, 1, 1", "proxy_on_log, 1, 0", "proxy_on_delete, 1, 0" })
	void uncaughtExceptionCostsItsStreamAndItsVm(String callback, int parameters, int results) throws Exception {
		GuestBinary module = throwing(new GuestBinary(), callback, parameters, results);
		try (Plugin plugin = start(module.toByteArray())) {
			for (int i = 1; i <= 2; i++) {
				int failures = i;
				run(plugin);
				await(() -> plugin.status().counters().failures() == failures);
				await(() -> plugin.status().instances().serving() == 1);
			}
			assertThat(plugin.status().lastError()).contains(callback).contains("threw an exception");
		}
	}

	@ParameterizedTest(name = "{0}")
	@CsvSource({ "start section, 0, 0", "_start, 0, 0", "_initialize, 0, 0", "proxy_on_context_create, 2, 0",
			"proxy_on_vm_start, 2, 1", "proxy_on_configure, 2, 1" })
	void uncaughtExceptionAtTheStartIsRefused(String function, int parameters, int results) {
		GuestBinary module = throwing(new GuestBinary(), function, parameters, results);
		if (function.contains(" ")) {
			module.start(module.nextFunction() - 1);
		}
		assertThatExceptionOfType(PluginStartException.class).isThrownBy(() -> start(module.toByteArray()))
			.withMessageContaining("threw an exception");
	}

	@Test
	void uncaughtExceptionOfATimerCostsTheVm() throws Exception {
		GuestBinary module = GuestBinary.importing("env", "proxy_set_tick_period_milliseconds", ONE, ONE, i32(1024));
		module.function(TWO, ONE, "proxy_on_configure", i32(50), call(0), 0x45);
		throwing(module, "proxy_on_tick", 1, 0);
		try (Plugin plugin = start(module.toByteArray())) {
			await(() -> plugin.status().counters().failures() > 0);
			assertThat(plugin.status().lastError()).contains("proxy_on_tick").contains("threw an exception");
		}
	}

	/** Adds a function that throws. */
	private static GuestBinary throwing(GuestBinary module, String function, int parameters, int results) {
		module.tag(module.type(ONE, NONE));
		int[] types = { I32, I32, I32 };
		module.function(Arrays.copyOf(types, parameters), Arrays.copyOf(types, results), function, i32(7), THROW, 0);
		return module;
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource
	void excessiveExceptionsAreRefused(String name, GuestBinary module) {
		assertThatExceptionOfType(ModuleException.class).isThrownBy(() -> start(module.toByteArray()).close())
			.satisfies((ex) -> assertThat(ex.getMessage()).isNotBlank());
	}

	static Stream<Arguments> excessiveExceptionsAreRefused() {
		return Stream.of(
				arguments("a tag with a result",
						with((module) -> module.tag(module.type(NONE, ONE)).onRequestHeaders())),
				arguments("a tag whose type does not exist", with((module) -> module.tag(99).onRequestHeaders())),
				arguments("throwing a tag that does not exist", with((module) -> module.onRequestHeaders(THROW, 5))),
				arguments("catching a tag that does not exist",
						with((module) -> module.onRequestHeaders(BLOCK, 0x40, 0x1f, 0x40, 1, 0, 5, 0, END, END))),
				arguments("a handler outside all blocks",
						with((module) -> module.onRequestHeaders(0x1f, 0x40, 1, 2, 9, END))),
				arguments("a handler of no kind",
						with((module) -> module.onRequestHeaders(BLOCK, 0x40, 0x1f, 0x40, 1, 7, 0, END, END))),
				arguments("a reference to an exception for a block without a result",
						with((module) -> module.onRequestHeaders(BLOCK, 0x40, 0x1f, 0x40, 1, 3, 0, END, END))),
				arguments("billions of handlers",
						with((module) -> module.onRequestHeaders(0x1f, 0x40, unsigned(0xffffffffL), 2, 0, END))),
				arguments("a number in place of an exception",
						with((module) -> module.onRequestHeaders(i32(1), THROW_REF))));
	}

	@Test
	void importedTagIsRefused() {
		byte[] wasm = Wat2Wasm.parse("""
				(module
					(import "env" "t" (tag (param i32)))
					(memory (export "memory") 1)
					(func (export "malloc") (param i32) (result i32) (i32.const 1024))
					(func (export "proxy_abi_version_0_2_1")))
				""");
		assertThatExceptionOfType(ModuleException.class).isThrownBy(() -> start(wasm).close())
			.withMessageContaining("tag");
	}

	@Test
	void exportedTagIsNotAFunction() throws Exception {
		GuestBinary module = new GuestBinary().export("proxy_on_request_headers", 4, 0);
		module.tag(module.type(NONE, NONE));
		try (Plugin plugin = start(module.toByteArray())) {
			run(plugin);
			assertThat(this.decisions).containsExactly(Decision.Continue.INSTANCE);
		}
	}

	/** Code whose exceptions are caught and forgotten. */
	private static byte[] guarded(Object... code) {
		return bytes(BLOCK, 0x40, 0x1f, 0x40, 1, 2, 0, code, END, END);
	}

	/** Code that throws by its end, and leaves its exception on the stack. */
	private static byte[] caught(Object... code) {
		return bytes(BLOCK, EXNREF, 0x1f, 0x40, 1, 3, 0, code, END, UNREACHABLE, END);
	}

	private static GuestBinary with(Consumer<GuestBinary> parts) {
		GuestBinary module = new GuestBinary();
		parts.accept(module);
		return module;
	}

	private Plugin start(byte[] wasm) throws ModuleException, PluginStartException {
		PluginLimits limits = PluginLimits.builder()
			.vm((vm) -> vm.callbackTimeout(Duration.ofMillis(100)).memory(16 << 20))
			.build();
		return this.host.start(PluginSpec.builder("exceptions").limits(limits).build(),
				WasmEngine.create(EngineOptions.defaults()).compile(wasm));
	}

	/** Lets a stream run through all phases until one of them fails. */
	private void run(Plugin plugin) throws InterruptedException {
		FilterStream stream = plugin.openStream(new FakeExchange(Runnable::run), 0);
		List<Decision> phases = new CopyOnWriteArrayList<>();
		List<Runnable> steps = List.of(() -> stream.requestHeaders(false, phases::add),
				() -> stream.requestBody(new byte[] { 1 }, false, phases::add),
				() -> stream.requestTrailers(phases::add), () -> stream.responseHeaders(false, phases::add),
				() -> stream.responseBody(new byte[] { 1 }, false, phases::add),
				() -> stream.responseTrailers(phases::add));
		for (Runnable step : steps) {
			int before = phases.size();
			step.run();
			// On a worker thread after a runaway callback
			await(() -> phases.size() > before);
			if (phases.stream().anyMatch((decision) -> decision instanceof Decision.Respond)) {
				break;
			}
		}
		stream.end();
		this.decisions.add(phases.stream()
			.filter((decision) -> decision instanceof Decision.Respond)
			.findFirst()
			.orElse(Decision.Continue.INSTANCE));
	}

}
