package io.gatewaywasm.host.plugin;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

import com.dylibso.chicory.wabt.Wat2Wasm;
import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.engine.EngineOptions;
import io.gatewaywasm.host.engine.WasmEngine;
import io.gatewaywasm.host.fixture.FakeExchange;
import io.gatewaywasm.host.fixture.GuestBinary;
import io.gatewaywasm.host.fixture.TestServices;
import io.gatewaywasm.host.limits.PluginLimits;
import io.gatewaywasm.host.spi.Decision;
import io.gatewaywasm.host.spi.FilterStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static io.gatewaywasm.host.fixture.GuestBinary.BLOCK;
import static io.gatewaywasm.host.fixture.GuestBinary.END;
import static io.gatewaywasm.host.fixture.GuestBinary.I32;
import static io.gatewaywasm.host.fixture.GuestBinary.LOOP;
import static io.gatewaywasm.host.fixture.GuestBinary.bytes;
import static io.gatewaywasm.host.fixture.GuestBinary.call;
import static io.gatewaywasm.host.fixture.GuestBinary.i32;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Tests for guests that never end while they start, in each function that starts a guest:
 * the plugin does not start, and the host starts the next one.
 */
@Tag("slow")
class StartAttackTests {

	private static final List<String> FUNCTIONS = List.of("start section", "_start", "_initialize", "proxy_on_vm_start",
			"proxy_on_configure", "proxy_on_context_create");

	private static final String MODULE = """
			(module
				(type $v (func))
				(import "env" "proxy_log" (func $log (param i32 i32 i32) (result i32)))
				(import "env" "proxy_get_property" (func $property (param i32 i32 i32 i32) (result i32)))
				(import "env" "proxy_define_metric" (func $metric (param i32 i32 i32 i32) (result i32)))
				(import "env" "proxy_set_shared_data" (func $share (param i32 i32 i32 i32 i32) (result i32)))
				(import "env" "proxy_register_shared_queue" (func $queue (param i32 i32 i32) (result i32)))
				(import "env" "proxy_set_tick_period_milliseconds" (func $tick (param i32) (result i32)))
				(import "wasi_snapshot_preview1" "clock_time_get" (func $clock (param i32 i64 i32) (result i32)))
				(memory (export "memory") 64)
				(table 2 funcref)
				(elem (i32.const 0) $left $right)
				(data (i32.const 40) "plugin_name")
				(global $malloc_loops (mut i32) (i32.const 0))
				(global $i (mut i32) (i32.const 0))
				(func (export "proxy_abi_version_0_2_1"))
				(func (export "malloc") (param i32) (result i32)
					(loop $l (br_if $l (global.get $malloc_loops)))
					(i32.const 1024))
				(func $deep (call $deep))
				(func $left (call_indirect (type $v) (i32.const 1)))
				(func $right (call_indirect (type $v) (i32.const 0)))
				(func $tree (param i32)
					(if (local.get 0) (then
						(call $tree (i32.sub (local.get 0) (i32.const 1)))
						(call $tree (i32.sub (local.get 0) (i32.const 1))))))
				(func $next
					(i32.store (i32.const 64) (global.get $i))
					(global.set $i (i32.add (global.get $i) (i32.const 1))))
				(func $attack %s)
				%s)
			""";

	private static CompiledModule good;

	private final TestServices services = new TestServices();

	private final WasmHost host = new WasmHost(this.services);

	@BeforeAll
	static void compile() throws Exception {
		good = WasmEngine.create(EngineOptions.defaults()).compile(new GuestBinary().onRequestHeaders().toByteArray());
	}

	@AfterEach
	void close() {
		assertThat(this.services.failures).doesNotContain("internal");
		this.host.close();
		this.services.close();
	}

	@ParameterizedTest(name = "{0} in {1}")
	@MethodSource
	void hostileStartIsStopped(String attack, String function, byte[] wasm) throws Exception {
		CompiledModule module = WasmEngine.create(EngineOptions.defaults()).compile(wasm);
		long before = cpuNanos();
		assertThatExceptionOfType(PluginStartException.class).isThrownBy(() -> this.host.start(spec(), module))
			.satisfies((ex) -> assertThat(ex.getMessage()).isNotBlank());
		assertThat(Duration.ofNanos(cpuNanos() - before)).isLessThan(Duration.ofSeconds(5));
		assertThat(Thread.interrupted()).isFalse();
		assertNextPluginStarts();
	}

	static Stream<Arguments> hostileStartIsStopped() {
		Map<String, String> attacks = new LinkedHashMap<>();
		attacks.put("an endless loop", "(loop $l (br $l))");
		attacks.put("recursion", "(call $deep)");
		attacks.put("recursion of two functions through a table", "(call $left)");
		attacks.put("calls that form a tree, without a loop", "(call $tree (i32.const 60))");
		attacks.put("copies of the memory",
				"(loop $l (memory.copy (i32.const 0) (i32.const 1) (i32.const 4000000)) (br $l))");
		attacks.put("growth of the memory", "(loop $l (drop (memory.grow (i32.const 1))) (br $l))");
		attacks.put("logs", "(loop $l (drop (call $log (i32.const 0) (i32.const 0) (i32.const 1000))) (br $l))");
		attacks.put("properties",
				"(loop $l (drop (call $property (i32.const 40) (i32.const 11) (i32.const 16) (i32.const 20))) (br $l))");
		attacks.put("metrics", """
				(loop $l (call $next)
					(drop (call $metric (i32.const 0) (i32.const 64) (i32.const 4) (i32.const 80))) (br $l))""");
		attacks.put("shared data", """
				(loop $l (call $next)
					(drop (call $share (i32.const 64) (i32.const 4) (i32.const 0) (i32.const 60000) (i32.const 0)))
					(br $l))""");
		attacks.put("queues", """
				(loop $l (call $next)
					(drop (call $queue (i32.const 64) (i32.const 4) (i32.const 80))) (br $l))""");
		attacks.put("timers", "(loop $l (drop (call $tick (i32.const 1))) (br $l))");
		attacks.put("clocks", "(loop $l (drop (call $clock (i32.const 0) (i64.const 0) (i32.const 80))) (br $l))");
		attacks.put("an allocator that loops", """
				(global.set $malloc_loops (i32.const 1))
				(drop (call $property (i32.const 40) (i32.const 11) (i32.const 16) (i32.const 20)))
				unreachable""");
		return Stream.concat(
				attacks.entrySet()
					.stream()
					.flatMap((attack) -> FUNCTIONS.stream()
						.map((function) -> arguments(attack.getKey(), function,
								Wat2Wasm.parse(MODULE.formatted(attack.getValue(), calling(function)))))),
				FUNCTIONS.stream().map((function) -> arguments("exceptions", function, throwing(function))));
	}

	private static String calling(String function) {
		return switch (function) {
			case "start section" -> "(start $attack)";
			case "_start", "_initialize" -> "(func (export \"%s\") (call $attack))".formatted(function);
			case "proxy_on_context_create" ->
				"(func (export \"proxy_on_context_create\") (param i32 i32) (call $attack))";
			default ->
				"(func (export \"%s\") (param i32 i32) (result i32) (call $attack) (i32.const 1))".formatted(function);
		};
	}

	/** A module that throws and catches exceptions of another function without end. */
	private static byte[] throwing(String function) {
		GuestBinary module = new GuestBinary();
		int[] none = {};
		module.tag(module.type(new int[] { I32 }, none));
		int thrower = module.function(none, none, null, i32(7), 0x08, 0);
		byte[] body = bytes(LOOP, 0x40, BLOCK, 0x40, 0x1f, 0x40, 1, 2, 0, call(thrower), END, END, 0x0c, 0, END);
		switch (function) {
			case "start section" -> module.start(module.function(none, none, null, body));
			case "_start", "_initialize" -> module.function(none, none, function, body);
			case "proxy_on_context_create" -> module.function(new int[] { I32, I32 }, none, function, body);
			default -> module.function(new int[] { I32, I32 }, new int[] { I32 }, function, body, i32(1));
		}
		return module.toByteArray();
	}

	private void assertNextPluginStarts() throws Exception {
		try (Plugin plugin = this.host.start(PluginSpec.builder("good").build(), good)) {
			List<Decision> decisions = new CopyOnWriteArrayList<>();
			FilterStream stream = plugin.openStream(new FakeExchange(Runnable::run), 0);
			stream.requestHeaders(true, decisions::add);
			stream.end();
			assertThat(decisions).containsExactly(Decision.Continue.INSTANCE);
		}
	}

	private static PluginSpec spec() {
		PluginLimits limits = PluginLimits.builder()
			.vm((vm) -> vm.startTimeout(Duration.ofMillis(50)).memory(16 << 20))
			.build();
		return PluginSpec.builder("hostile").limits(limits).build();
	}

	private static long cpuNanos() {
		return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
	}

}
