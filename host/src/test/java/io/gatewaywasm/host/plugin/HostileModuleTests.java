package io.gatewaywasm.host.plugin;

import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import com.dylibso.chicory.wabt.Wat2Wasm;
import io.gatewaywasm.host.engine.EngineOptions;
import io.gatewaywasm.host.engine.ModuleException;
import io.gatewaywasm.host.engine.WasmEngine;
import io.gatewaywasm.host.fixture.FakeExchange;
import io.gatewaywasm.host.limits.PluginLimits;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.FilterStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static io.gatewaywasm.host.fixture.Conditions.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Tests for malicious modules. Each causes either an exception with a clear message, or
 * the fail strategy for its stream and the replacement of its VM.
 */
@Tag("slow")
class HostileModuleTests extends AbstractHostTests {

	private static final String IMPORTS = """
			(import "env" "proxy_log" (func $log (param i32 i32 i32) (result i32)))
			(import "env" "proxy_get_property" (func $property (param i32 i32 i32 i32) (result i32)))
			(import "env" "proxy_get_header_map_pairs" (func $pairs (param i32 i32 i32) (result i32)))
			(import "env" "proxy_set_header_map_pairs" (func $set_pairs (param i32 i32 i32) (result i32)))
			(import "env" "proxy_set_effective_context" (func $effective (param i32) (result i32)))
			(import "env" "proxy_done" (func $done (result i32)))
			(import "env" "proxy_continue_stream" (func $continue (param i32) (result i32)))
			(import "env" "proxy_set_tick_period_milliseconds" (func $tick (param i32) (result i32)))
			(import "env" "proxy_set_property" (func $set_property (param i32 i32 i32 i32) (result i32)))
			(import "env" "proxy_resolve_shared_queue"
				(func $resolve (param i32 i32 i32 i32 i32) (result i32)))
			""";

	private static final String START = """
			(func (export "proxy_abi_version_0_2_1"))
			(func (export "proxy_on_context_create") (param i32 i32))
			""";

	private static final String MEMORY = "(memory (export \"memory\") 1)";

	private static final String MALLOC = """
			(func $malloc (export "malloc") (param i32) (result i32) (i32.const 1024))
			""";

	private static final String PROPERTY = """
			(drop (call $property (i32.const 40) (i32.const 11) (i32.const 16) (i32.const 20)))
			""";

	private final List<Decision> decisions = new CopyOnWriteArrayList<>();

	@ParameterizedTest(name = "{0}")
	@MethodSource
	void hostileModuleIsRefused(String name, String wat) {
		assertThatTypedFailure(Wat2Wasm.parse(wat));
	}

	static Stream<Arguments> hostileModuleIsRefused() {
		return Stream.of(arguments("no Proxy-Wasm module", "(module)"),
				arguments("endless start section", module(MEMORY, MALLOC, """
						(func $start (loop $l (br $l)))
						(start $start)
						""")), arguments("start section that asks the host without end", module(MEMORY, MALLOC, """
						(func $start (loop $l (drop (call $log (i32.const 0) (i32.const 0) (i32.const 8))) (br $l)))
						(start $start)
						""")), arguments("endless _initialize", module(MEMORY, MALLOC, """
						(func (export "_initialize") (loop $l (br $l)))
						""")), arguments("endless proxy_on_vm_start", module(MEMORY, MALLOC, """
						(func (export "proxy_on_vm_start") (param i32 i32) (result i32) (loop $l (br $l)) (i32.const 1))
						""")), arguments("recursive start section", module(MEMORY, MALLOC, """
						(func $start (call $start))
						(start $start)
						""")), arguments("trapping start section", module(MEMORY, MALLOC, """
						(func $start unreachable)
						(start $start)
						""")), arguments("memory of 4 GiB", module("(memory (export \"memory\") 65536)", MALLOC, "")),
				arguments("memory of 2 GiB", module("(memory (export \"memory\") 32768)", MALLOC, "")),
				arguments("table of 4 billion elements", module(MEMORY, MALLOC, "(table 4294967295 funcref)")),
				arguments("a thousand tables of a million elements",
						module(MEMORY, MALLOC, "(table 1000000 funcref) ".repeat(1000))),
				arguments("data segment outside the memory",
						module(MEMORY, MALLOC, "(data (i32.const 65530) \"outside the memory\")")),
				arguments("data segment at a negative address",
						module(MEMORY, MALLOC, "(data (i32.const -4) \"outside\")")),
				arguments("element outside the table",
						module(MEMORY, MALLOC, "(table 1 funcref) (elem (i32.const 5) $malloc)")),
				arguments("import of a memory", """
						(module (import "env" "memory" (memory 1)) %s %s)""".formatted(START, MALLOC)),
				arguments("import of a table", """
						(module (import "env" "t" (table 1 funcref)) %s %s)""".formatted(START, MALLOC)),
				arguments("import with other types",
						"""
								(module (import "env" "proxy_log" (func (param i64) (result i64))) %s %s %s)"""
							.formatted(START, MEMORY, MALLOC)),
				arguments("callback with other types", module(MEMORY, MALLOC, """
						(func (export "proxy_on_request_headers") (param f64) (result f64) (local.get 0))
						""")), arguments("no allocator", module(MEMORY, "", "")),
				arguments("allocator with other types", module(MEMORY, """
						(func (export "malloc") (param f32 f32) (result f64) (f64.const 1))
						""", "")));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource
	void costsItsStreamAndItsVm(String name, String wat) throws Exception {
		try (Plugin plugin = start(Wat2Wasm.parse(wat))) {
			stream(plugin);
			await(() -> this.decisions.size() == 1);
			assertThat(this.decisions).singleElement()
				.isInstanceOfSatisfying(Decision.Respond.class,
						(local) -> assertThat(local.response().status()).isEqualTo(503));
			await(() -> plugin.status().instances().serving() == 1);
			assertThat(plugin.status().counters().failures()).isEqualTo(1);
		}
	}

	static Stream<Arguments> costsItsStreamAndItsVm() {
		return Stream.of(arguments("endless callback", callback("(loop $l (br $l))")),
				arguments("endless callback that asks the host", callback("(loop $l (drop (call $done)) (br $l))")),
				arguments("endless recursion", callback("(call $deep (i64.const 0))", """
						(func $deep (param i64) (call $deep (i64.add (local.get 0) (i64.const 1))))
						""")),
				arguments("endless growth of the memory",
						callback("(loop $l (drop (memory.grow (i32.const 1))) (br $l))")),
				arguments("endless filling of the memory",
						callback("(loop $l (memory.fill (i32.const 0) (i32.const 1) (i32.const 65536)) (br $l))")),
				arguments("division by zero", callback("(drop (i32.div_u (i32.const 1) (i32.const 0)))")),
				arguments("read outside the memory", callback("(drop (i32.load (i32.const -1)))")),
				arguments("write outside the memory", callback("(i64.store (i32.const 65535) (i64.const 1))")),
				arguments("call of an empty element",
						callback("(call_indirect (type $v) (i32.const 3))", "(table 10 funcref)")),
				arguments("call outside the table",
						callback("(call_indirect (type $v) (i32.const -1))", "(table 10 funcref)")),
				arguments("call of another type",
						callback("(call_indirect (type $v) (i32.const 0))",
								"(table 10 funcref) (elem (i32.const 0) $malloc)")),
				arguments("allocator that does not return", module(MEMORY, """
						(func $malloc (export "malloc") (param i32) (result i32) (loop $l (br $l)) (i32.const 0))
						""", headers(PROPERTY))), arguments("allocator that recurses", module(MEMORY, """
						(func $malloc (export "malloc") (param i32) (result i32) (call $malloc (local.get 0)))
						""", headers(PROPERTY))), arguments("allocator that traps", module(MEMORY, """
						(func $malloc (export "malloc") (param i32) (result i32) unreachable)
						""", headers(PROPERTY))), arguments("allocator that asks the host", module(MEMORY, """
						(func $malloc (export "malloc") (param i32) (result i32)
							(drop (call $pairs (i32.const 0) (i32.const 32) (i32.const 36)))
							(i32.const 1024))
						""", headers(PROPERTY))));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource
	void isAnsweredWithAStatus(String name, String wat) throws Exception {
		try (Plugin plugin = start(Wat2Wasm.parse(wat), Duration.ofSeconds(10))) {
			for (int i = 0; i < 3; i++) {
				stream(plugin);
			}
			assertThat(this.decisions).hasSize(3).allMatch(Decision.Continue.INSTANCE::equals);
			assertThat(plugin.status().counters().failures()).isZero();
		}
	}

	static Stream<Arguments> isAnsweredWithAStatus() {
		return Stream.of(
				arguments("pointer outside the memory",
						callback("(drop (call $log (i32.const 2) (i32.const -16) (i32.const 100)))")),
				arguments("length beyond the memory",
						callback("(drop (call $log (i32.const 2) (i32.const 8) (i32.const 65536)))")),
				arguments("length of 4 GiB", callback("(drop (call $log (i32.const 2) (i32.const 8) (i32.const -1)))")),
				arguments("pointer and length that overflow",
						callback("(drop (call $log (i32.const 2) (i32.const -8) (i32.const 16)))")),
				arguments("result pointers outside the memory",
						callback("(drop (call $pairs (i32.const 0) (i32.const -1) (i32.const 65534)))")),
				arguments("pairs that claim to be two billion",
						callback("(drop (call $set_pairs (i32.const 0) (i32.const 64) (i32.const 32)))",
								"(data (i32.const 64) \"\\ff\\ff\\ff\\7f\\ff\\ff\\ff\\7f\\ff\\ff\\ff\\ff\")")),
				arguments("map that does not exist",
						callback("(drop (call $pairs (i32.const 99) (i32.const 16) (i32.const 20)))")),
				arguments("context that does not exist", callback("""
						(drop (call $effective (i32.const -1)))
						(drop (call $effective (i32.const 1)))
						(drop (call $done))
						(drop (call $continue (i32.const 7)))
						""")), arguments("allocator that answers 0", module(MEMORY, """
						(func $malloc (export "malloc") (param i32) (result i32) (i32.const 0))
						""", headers(PROPERTY))),
				arguments("allocator that answers an address outside the memory", module(MEMORY, """
						(func $malloc (export "malloc") (param i32) (result i32) (i32.const -1))
						""", headers(PROPERTY))),
				arguments("allocator that answers the end of the memory", module(MEMORY, """
						(func $malloc (export "malloc") (param i32) (result i32) (i32.const 65535))
						""", headers(PROPERTY))), arguments("allocator that lets the memory grow", module(MEMORY, """
						(func $malloc (export "malloc") (param i32) (result i32)
							(i32.mul (memory.grow (i32.const 1)) (i32.const 65536)))
						""", headers(PROPERTY))),
				arguments("growth of the memory until there is none",
						callback("(loop $l (br_if $l (i32.ne (memory.grow (i32.const 16)) (i32.const -1))))")),
				arguments("growth of a table until there is none", callback(
						"(loop $l (br_if $l (i32.ne (table.grow $t (ref.null func) (i32.const 65536)) (i32.const -1))))",
						"(table $t 1 funcref)")),
				arguments("growth of many tables until there is none", callback("""
						(loop $l (br_if $l (i32.ne (table.grow $a (ref.null func) (i32.const 65536)) (i32.const -1))))
						(loop $m (br_if $m (i32.ne (table.grow $b (ref.null func) (i32.const 65536)) (i32.const -1))))
						(if (i32.gt_u (i32.add (table.size $a) (table.size $b)) (i32.const 1048576)) (then unreachable))
						""", "(table $a 1 funcref) (table $b 1 funcref) " + "(table 1 funcref) ".repeat(100))),
				arguments("memory that may have 4 GiB",
						module("(memory (export \"memory\") 1 65536)", MALLOC, headers(PROPERTY))),
				arguments("tick of every millisecond", callback("(drop (call $tick (i32.const 1)))")),
				arguments("properties without end", callback("""
						(local $i i32)
						(loop $l
							(i32.store (i32.const 64) (local.get $i))
							(drop (call $set_property (i32.const 64) (i32.const 4) (i32.const 0) (i32.const 60000)))
							(local.set $i (i32.add (local.get $i) (i32.const 1)))
							(br_if $l (i32.lt_u (local.get $i) (i32.const 100))))
						""")), arguments("queues of a thousand VM ids", callback(
						"""
								(local $i i32)
								(loop $l
									(i32.store (i32.const 64) (local.get $i))
									(drop (call $resolve (i32.const 64) (i32.const 4) (i32.const 64) (i32.const 4) (i32.const 80)))
									(local.set $i (i32.add (local.get $i) (i32.const 1)))
									(br_if $l (i32.lt_u (local.get $i) (i32.const 1000))))
								""")));
	}

	@Test
	void unknownActionCanOnlyPause() throws Exception {
		PluginLimits limits = PluginLimits.builder()
			.streams((streams) -> streams.pauseTimeout(Duration.ofMillis(200)))
			.build();
		byte[] wasm = Wat2Wasm.parse(module(MEMORY, MALLOC, """
				(func (export "proxy_on_request_headers") (param i32 i32 i32) (result i32) (i32.const -7))
				"""));
		try (Plugin plugin = this.host.start(PluginSpec.builder("hostile").limits(limits).build(),
				WasmEngine.create(EngineOptions.defaults()).compile(wasm))) {
			FilterStream stream = plugin.openStream(new FakeExchange(Runnable::run), 0);
			stream.requestHeaders(true, this.decisions::add);
			await(() -> this.decisions.size() == 1);
			stream.end();
		}
	}

	@Test
	void functionWithTwoBillionLocalsIsRefused() {
		ByteArrayOutputStream wasm = new ByteArrayOutputStream();
		wasm.writeBytes(new byte[] { 0, 'a', 's', 'm', 1, 0, 0, 0 });
		wasm.writeBytes(new byte[] { 1, 4, 1, 0x60, 0, 0 });
		wasm.writeBytes(new byte[] { 3, 2, 1, 0 });
		wasm.writeBytes(new byte[] { 10, 11, 1, 9, 1, -1, -1, -1, -1, 7, 0x7e, 1, 0x0b });
		assertThatTypedFailure(wasm.toByteArray());
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource
	void depthOfCodeEndsNoThread(String name, byte[] code) {
		ByteArrayOutputStream wasm = new ByteArrayOutputStream();
		wasm.writeBytes(new byte[] { 0, 'a', 's', 'm', 1, 0, 0, 0 });
		wasm.writeBytes(new byte[] { 1, 4, 1, 0x60, 0, 0 });
		wasm.writeBytes(new byte[] { 3, 2, 1, 0 });
		ByteArrayOutputStream functions = new ByteArrayOutputStream();
		functions.write(1);
		number(functions, code.length + 2);
		functions.write(0);
		functions.writeBytes(code);
		functions.write(0x0b);
		wasm.write(10);
		number(wasm, functions.size());
		wasm.writeBytes(functions.toByteArray());
		// If the module compiles, it is not a filter.
		assertThatTypedFailure(wasm.toByteArray());
	}

	static Stream<Arguments> depthOfCodeEndsNoThread() {
		int depth = 200_000;
		ByteArrayOutputStream blocks = new ByteArrayOutputStream();
		ByteArrayOutputStream conditions = new ByteArrayOutputStream();
		ByteArrayOutputStream operands = new ByteArrayOutputStream();
		for (int i = 0; i < depth; i++) {
			blocks.writeBytes(new byte[] { 2, 0x40 });
			conditions.writeBytes(new byte[] { 0x41, 1, 4, 0x40 });
			operands.writeBytes(new byte[] { 0x41, 1 });
		}
		for (int i = 0; i < depth; i++) {
			blocks.write(0x0b);
			conditions.write(0x0b);
			operands.write(0x1a);
		}
		return Stream.of(arguments("nested blocks", blocks.toByteArray()),
				arguments("nested conditions", conditions.toByteArray()),
				arguments("operands on the stack", operands.toByteArray()));
	}

	private static void number(ByteArrayOutputStream out, int number) {
		int rest = number;
		while (rest >= 0x80) {
			out.write(rest & 0x7f | 0x80);
			rest >>>= 7;
		}
		out.write(rest);
	}

	@Test
	void functionWithTooManyLocalsIsRefusedOrRuns() throws Exception {
		byte[] wasm = Wat2Wasm.parse(callback("(nop)",
				"(func $many (local " + "i64 ".repeat(49_000) + ") (local.set 48999 (i64.const 1)))"));
		try (Plugin plugin = start(wasm)) {
			stream(plugin);
			assertThat(this.decisions).hasSize(1);
		}
		catch (ModuleException | PluginStartException ex) {
			assertThat(ex).hasMessageNotContaining("null");
		}
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource
	void isRefusedOrRuns(String name, String wat) throws Exception {
		try (Plugin plugin = start(Wat2Wasm.parse(wat))) {
			stream(plugin);
			assertThat(this.decisions).hasSize(1);
		}
		catch (ModuleException | PluginStartException ex) {
			assertThat(ex.getMessage()).isNotBlank().doesNotContain("null");
		}
	}

	static Stream<Arguments> isRefusedOrRuns() {
		return Stream.of(
				arguments("a branch table of fifty thousand targets",
						callback("(block $a (br_table " + "$a ".repeat(50_000) + "(i32.const 7)))")),
				arguments("fifty thousand functions", callback("(nop)", "(func (nop)) ".repeat(50_000))),
				arguments("fifty thousand globals", callback("(nop)", "(global i64 (i64.const 1)) ".repeat(50_000))),
				arguments("ten thousand parameters", callback("(nop)", "(func (param " + "i64 ".repeat(10_000) + "))")),
				arguments("a name of a megabyte with lines in it",
						callback("(unreachable)", "(func (export \"" + "forged\\n".repeat(150_000) + "\") (nop))")));
	}

	@Test
	void namesOfAModuleForgeNoLines() {
		String wat = "(module (import \"env\" \"a\\0aERROR forged\" (memory 1)) " + START + MALLOC + ")";
		assertThatExceptionOfType(ModuleException.class).isThrownBy(() -> start(Wat2Wasm.parse(wat)))
			.withMessageContaining("a\\nERROR forged")
			.satisfies((ex) -> assertThat(ex.getMessage()).doesNotContain("\n"));
	}

	@Test
	void everyTruncationOfAModuleIsRefused() {
		byte[] wasm = Wat2Wasm.parse(callback(PROPERTY));
		for (int length = 0; length < wasm.length - 1; length += 7) {
			assertThatTypedFailure(Arrays.copyOf(wasm, length));
		}
	}

	private void assertThatTypedFailure(byte[] wasm) {
		ThreadMXBean threads = ManagementFactory.getThreadMXBean();
		long start = threads.getCurrentThreadCpuTime();
		assertThatExceptionOfType(Exception.class).isThrownBy(() -> start(wasm).close())
			.isInstanceOfAny(ModuleException.class, PluginStartException.class)
			.satisfies((failure) -> assertThat(failure.getMessage()).isNotBlank());
		assertThat(Duration.ofNanos(threads.getCurrentThreadCpuTime() - start)).isLessThan(Duration.ofSeconds(20));
	}

	private Plugin start(byte[] wasm) throws ModuleException, PluginStartException {
		return start(wasm, Duration.ofMillis(100));
	}

	private Plugin start(byte[] wasm, Duration callbackTimeout) throws ModuleException, PluginStartException {
		PluginLimits limits = PluginLimits.builder()
			.vm((vm) -> vm.callbackTimeout(callbackTimeout).startTimeout(Duration.ofMillis(300)).memory(16 << 20))
			.build();
		return this.host.start(PluginSpec.builder("hostile").limits(limits).build(),
				WasmEngine.create(EngineOptions.defaults()).compile(wasm));
	}

	private void stream(Plugin plugin) throws InterruptedException {
		FilterStream stream = plugin.openStream(new FakeExchange(Runnable::run), 0);
		int before = this.decisions.size();
		stream.requestHeaders(true, this.decisions::add);
		await(() -> this.decisions.size() > before);
		stream.end();
	}

	private static String callback(String body) {
		return callback(body, "");
	}

	private static String callback(String body, String more) {
		return module(MEMORY, MALLOC, more + headers(body));
	}

	private static String headers(String body) {
		return """
				(type $v (func))
				(data (i32.const 40) "plugin_name")
				(func (export "proxy_on_request_headers") (param i32 i32 i32) (result i32)
					%s
					(i32.const 0))
				""".formatted(body);
	}

	private static String module(String memory, String allocator, String rest) {
		return "(module " + IMPORTS + START + memory + allocator + rest + ")";
	}

}
