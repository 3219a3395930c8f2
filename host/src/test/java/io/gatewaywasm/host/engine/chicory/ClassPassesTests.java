package io.gatewaywasm.host.engine.chicory;

import java.lang.management.ManagementFactory;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.dylibso.chicory.wasm.WasmModule;
import com.sun.management.ThreadMXBean;
import io.gatewaywasm.host.abi.HostFunction;
import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.engine.GuestTrapException;
import io.gatewaywasm.host.engine.GuestTrapException.Reason;
import io.gatewaywasm.host.engine.ModuleException;
import io.gatewaywasm.host.engine.ModuleInstance;
import io.gatewaywasm.host.engine.binary.FunctionNames;
import io.gatewaywasm.host.engine.binary.ModuleParser;
import io.gatewaywasm.host.engine.binary.SourceLines;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link ClassPasses} with functions like those of Go: large, with a switch at
 * the start, and called through a table with thousands of entries.
 */
@Timeout(180)
class ClassPassesTests {

	private static final int FUNCTIONS = 1500;

	/** Added to the numbers of calls behind which a function cannot continue. */
	private static final int UNSTOPPED = 100_000;

	/**
	 * Adds 1 to $n in the form of Go's loops: each jump sets a number and returns to the
	 * start.
	 */
	private static final String LOOP = """
			(module (memory (export "memory") 1)
			  (func (export "run") (param $block i32) (param $n i64) (result i64) (local $i i64)
			    (loop $start
			      (block $two (block $one (block $zero
			        (br_table $zero $one $two (local.get $block)))
			        (local.set $block (i32.const 1)) (br $start))
			        (if (i64.ge_u (local.get $i) (local.get $n))
			          (then (local.set $block (i32.const 2)) (br $start)))
			        (local.set $i (i64.add (local.get $i) (i64.const 1)))
			        (local.set $block (i32.const 1)) (br $start)))
			    (i64.add (local.get $i) (i64.extend_i32_u (local.get $block)))))""";

	/**
	 * A block that becomes a try block whose handler is the end of the enclosing block.
	 */
	private static final String TRY = "(block (block (nop) (nop) (nop) %s))";

	@AfterEach
	void clear() {
		Thread.interrupted();
	}

	@Test
	void jumpsByNumberReachTheirBlocks() {
		ModuleInstance instance = TestModules.instance(LOOP);
		assertThat(TestModules.call(instance, "run", 0, 5)).isEqualTo(5 + 2);
		assertThat(TestModules.call(instance, "run", 1, 7)).isEqualTo(7 + 2);
		assertThat(TestModules.call(instance, "run", 2, 5)).isEqualTo(2);
		assertThat(TestModules.call(instance, "run", 9, 5)).as("the default is the last block").isEqualTo(9);
	}

	@Test
	void endlessLoopOfThreadedJumpsIsInterrupted() {
		ModuleInstance instance = TestModules.instance(LOOP);
		Thread.currentThread().interrupt();
		assertThatExceptionOfType(GuestTrapException.class).isThrownBy(() -> TestModules.call(instance, "run", 0, -1))
			.extracting(GuestTrapException::reason)
			.isEqualTo(Reason.INTERRUPTED);
	}

	@Test
	void endlessRecursionIsInterrupted() {
		ModuleInstance instance = TestModules.instance("""
				(module (memory 1) (table 2 funcref) (elem (i32.const 0) $a $b)
				  (func $a (export "a") (call_indirect (i32.const 1)))
				  (func $b (call $a)))""");
		Thread.currentThread().interrupt();
		assertThatExceptionOfType(GuestTrapException.class).isThrownBy(() -> TestModules.call(instance, "a"))
			.extracting(GuestTrapException::reason)
			.isEqualTo(Reason.INTERRUPTED);
	}

	@Test
	void thousandsOfFunctionsAreCalledByTableAndByExport() {
		CompiledModule module = TestModules.compile(functions());
		assertThat(module.report().hugeMethods()).isZero();
		ModuleInstance instance = TestModules.instance(module, TestModules.ZERO);
		for (int i = 0; i < FUNCTIONS; i += 7) {
			assertThat(TestModules.call(instance, "call", i)).isEqualTo(i);
			assertThat(TestModules.call(instance, "f" + i, 3)).isEqualTo(i);
		}
		assertTraps(instance, "call", FUNCTIONS, "unknown function");
		assertTraps(instance, "call", FUNCTIONS + 1, "uninitialized element");
		assertTraps(instance, "call", -1, "undefined element");
	}

	@Test
	void importsAreCalledBesideManyFunctions() {
		ModuleInstance instance = TestModules.instance(functions(), (memory, arguments) -> arguments[0] + 1);
		assertThat(TestModules.call(instance, "imported", 41)).isEqualTo(42);
	}

	private static String functions() {
		StringBuilder wat = new StringBuilder("(module (import \"env\" \"f\" (func $f (param i32) (result i32)))"
				+ "(memory 1)(table 3000 funcref)(type $t (func (param i32) (result i32)))");
		for (int i = 0; i < FUNCTIONS; i++) {
			wat.append("(func $f")
				.append(i)
				.append(" (export \"f")
				.append(i)
				.append("\") (param i32) (result i32)")
				.append("(i32.const ")
				.append(i)
				.append("))");
		}
		String names = IntStream.range(0, FUNCTIONS).mapToObj((i) -> "$f" + i).collect(Collectors.joining(" "));
		return wat.append("(func $other)(elem (i32.const 0) ")
			.append(names)
			.append(" $other)")
			.append("(export \"imported\" (func $f))")
			.append("(func (export \"call\") (param i32) (result i32)")
			.append("(call_indirect (type $t) (i32.const 5) (local.get 0))))")
			.toString();
	}

	private static void assertTraps(ModuleInstance instance, String function, long argument, String message) {
		assertThatExceptionOfType(GuestTrapException.class)
			.isThrownBy(() -> TestModules.call(instance, function, argument))
			.withMessageContaining(message);
	}

	@ParameterizedTest
	@ValueSource(ints = { 10, 110, 200, 500, 1000 })
	void largeFunctionComputesTheSameInParts(int steps) {
		CompiledModule module = TestModules.compile(large(steps));
		assertThat(module.report().interpreted()).isZero();
		assertThat(module.report().hugeMethods()).isZero();
		ModuleInstance instance = TestModules.instance(module, TestModules.ZERO);
		ModuleInstance interpreted = TestModules.instance(TestModules.interpret(TestModules.binary(large(steps))),
				TestModules.ZERO);
		for (long seed : new long[] { 0, 1, -5, 123_456_789 }) {
			assertThat(TestModules.call(instance, "run", seed, 1))
				.isEqualTo(TestModules.call(interpreted, "run", seed, 1));
			assertThat(instance.memory().read(0, 1 << 16)).isEqualTo(interpreted.memory().read(0, 1 << 16));
		}
	}

	@ParameterizedTest
	@CsvSource({ "50, false", "200, true" })
	void functionWithMoreMemoryAccessesThanHotSpotInlinesIsSplit(int steps, boolean split) throws Exception {
		assertThat(parts(TestModules.compile(large(steps)))).matches((parts) -> parts.isEmpty() != split,
				"split: " + split);
	}

	@Test
	void deeplyRecursiveFunctionIsNotSplitIntoItsMemoryAccesses() throws Exception {
		String copy = "(i64.store (i32.const 8) (i64.load (i32.const 16))) (br_if 0 (local.get 0))";
		String wat = "(module (memory 1) (func $f (param i32) (block (br_if 0 (local.get 0))) (block "
				+ copy.repeat(600) + ")" + "(call $f (i32.const 1))".repeat(5) + "))";
		assertThat(parts(TestModules.compile(wat))).as("the five calls only").hasSize(1);
	}

	private static List<String> parts(CompiledModule module) throws Exception {
		return Stream
			.of(MachineClasses.loader(module)
				.loadClass("com.dylibso.chicory.$gen.CompiledMachineFuncGroup_0")
				.getDeclaredMethods())
			.map(Method::getName)
			.filter((name) -> name.startsWith(FunctionNames.PART_PREFIX))
			.toList();
	}

	@ParameterizedTest
	@ValueSource(ints = { 3, 40, 110 })
	void functionContinuesBehindEachCall(int blocks) {
		CompiledModule module = TestModules.compile(continued(blocks));
		assertThat(module.report().interpreted()).isZero();
		assertThat(module.report().hugeMethods()).isZero();
		ModuleInstance instance = TestModules.instance(module, TestModules.ZERO);
		ModuleInstance interpreted = TestModules.instance(TestModules.interpret(TestModules.binary(continued(blocks))),
				TestModules.ZERO);
		assertThat(TestModules.call(interpreted, "run", 0)).isZero();
		assertThat(TestModules.call(instance, "run", 0)).isZero();
		byte[] memory = interpreted.memory().read(0, Long.BYTES);
		assertThat(instance.memory().read(0, Long.BYTES)).isEqualTo(memory);
		for (int block = 0; block < blocks; block++) {
			for (ModuleInstance each : List.of(instance, interpreted)) {
				TestModules.call(each, "stop", block);
				assertThat(TestModules.call(each, "run", 0)).isOne();
				assertThat(TestModules.call(each, "run", block + 1)).isZero();
				assertThat(each.memory().read(0, Long.BYTES)).as("stopped in block %d", block).isEqualTo(memory);
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = {
			"(param $b i32) (param $x i32) (param $y i32) (result i32)"
					+ " local.get $x local.get $y local.set $x local.set $y",
			"(param $b i32) (param $x i32) (param $y i32) (result i32) local.get $y local.set $x i32.const 7 local.set $y",
			"(param $b i32) (param $x i32) (param $y i32) (param i64 i64 i64 i64) (result i32)",
			"(param $b i32) (result i32) (local $x i32) (local $y i32) i32.const 3 local.set $x" })
	void whatPrecedesTheSwitchIsDoneOnce(String start) {
		boolean seven = start.contains("i64 i64");
		int constants = seven ? 12 : 0;
		StringBuilder wat = new StringBuilder("(module (memory 1) (func (export \"run\") ").append(start);
		wat.append(" i64.const 5".repeat(constants)).append(" block ".repeat(101)).append("local.get $b br_table");
		IntStream.rangeClosed(0, 100).forEach((label) -> wat.append(' ').append(label));
		for (int i = 0; i < 100; i++) {
			wat.append(" end (local.set $x (i32.add (i32.mul (local.get $x) (i32.const 31)) (local.get $y)))")
				.append("(i32.store offset=8 (local.get $y) (local.get $x))");
		}
		wat.append(" end").append(" drop".repeat(constants)).append(" (i32.sub (local.get $x) (local.get $y))))");
		ModuleInstance instance = TestModules.instance(wat.toString());
		ModuleInstance interpreted = TestModules.instance(TestModules.interpret(TestModules.binary(wat.toString())),
				TestModules.ZERO);
		boolean single = !start.contains("(param $x");
		for (int block : new int[] { 0, 1, 30, 99, 100, 500 }) {
			long[] arguments = single ? new long[] { block }
					: seven ? new long[] { block, 11, 13, 1, 2, 3, 4 } : new long[] { block, 11, 13 };
			assertThat(TestModules.call(instance, "run", arguments))
				.isEqualTo(TestModules.call(interpreted, "run", arguments));
		}
	}

	@Test
	void partsThatDoNotFitIntoAClassAreNotMade() {
		String part = "(i32.store offset=1000 (i32.const 100000) (i32.const 70000)) (br_if 0 (local.get 0))";
		StringBuilder wat = new StringBuilder("(module (memory 3)");
		for (int i = 0; i < 8; i++) {
			wat.append("(func (export \"f").append(i).append("\") (param i32) (block ");
			wat.append(part.repeat(3_000)).append("))");
		}
		ModuleInstance instance = TestModules.instance(wat.append(")").toString());
		TestModules.call(instance, "f7", 1);
		assertThat(instance.memory().read(101_000, 3)).isEqualTo(new byte[] { 0x70, 0x11, 0x01 });
	}

	@Test
	void trapBehindACallNamesTheFunctionOnce() {
		ModuleInstance instance = TestModules.instance(continued(110));
		TestModules.call(instance, "trap", 100);
		for (int block : new int[] { 0, 7, 100 }) {
			assertThatExceptionOfType(GuestTrapException.class)
				.isThrownBy(() -> TestModules.call(instance, "run", block))
				.satisfies((ex) -> assertThat(ex.guestStack()).hasSize(2).last().isEqualTo("run"));
		}
	}

	/**
	 * A function in the form of Go's: a switch selects the block behind whose last call
	 * the function continues. Each call pushes its number as the return address. The
	 * called function adds the number to a checksum at address 0, and asks to stop, or
	 * traps, at the number in memory.
	 */
	private static String continued(int blocks) {
		StringBuilder wat = new StringBuilder("""
				(module (memory (export "memory") 1) (global $sp (mut i32) (i32.const 65536))
				  (func (export "stop") (param i32) (i64.store (i32.const 0) (i64.const 0))
				    (i64.store (i32.const 8) (i64.extend_i32_u (i32.add (local.get 0) (i32.const 1)))))
				  (func (export "trap") (param i32)
				    (i64.store (i32.const 16) (i64.extend_i32_u (i32.add (local.get 0) (i32.const 1)))))
				  (func $callee (param $block i32) (result i32) (local $number i64)
				    (local.set $number (i64.add (i64.load (global.get $sp)) (i64.const 1)))
				    (global.set $sp (i32.add (global.get $sp) (i32.const 8)))
				    (if (i64.eq (local.get $number) (i64.load (i32.const 16))) (then (unreachable)))
				    (i64.store (i32.const 0) (i64.add (i64.mul (i64.load (i32.const 0)) (i64.const 31))
				      (local.get $number)))
				    (if (i64.eq (local.get $number) (i64.load (i32.const 8)))
				      (then (i64.store (i32.const 8) (i64.const 0)) (return (i32.const 1))))
				    (i32.const 0))
				  (func (export "run") (param $block i32) (result i32) (local $p i32)
				    (local.set $p (global.get $sp))
				""");
		wat.append("block ".repeat(blocks + 1)).append("local.get $block br_table");
		for (int i = 0; i <= blocks; i++) {
			wat.append(' ').append(i);
		}
		for (int i = 0; i < blocks; i++) {
			wat.append(" end ");
			for (int number : new int[] { UNSTOPPED + i, 2 * UNSTOPPED + i, i }) {
				wat.append("""
						(global.set $sp (local.tee $p (i32.sub (local.get $p) (i32.const 8))))
						(i64.store (local.get $p) (i64.const %d))
						(call $callee (i32.const 0)) (local.set $p (global.get $sp))
						(if (then (return (i32.const 1))))
						""".formatted(number));
			}
		}
		return wat.append(" end (i32.const 0)))").toString();
	}

	@Test
	void trapInAPartNamesTheFunctionOnce() {
		ModuleInstance instance = TestModules.instance(large(1000));
		assertThatExceptionOfType(GuestTrapException.class).isThrownBy(() -> TestModules.call(instance, "run", 1, 0))
			.withMessageContaining("divide by zero")
			.satisfies((ex) -> assertThat(ex.guestStack()).isEqualTo(List.of("run")));
	}

	@Test
	void deepStackNeedsLittleHeap() throws ModuleException {
		WasmModule module = ModuleParser.parse(TestModules.binary("(module (memory 1) (func (export \"run\")"
				+ "(i32.const 0)".repeat(12_000) + "(drop)".repeat(12_000) + "))"));
		ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
		long before = threads.getCurrentThreadAllocatedBytes();
		ModuleCompiler.compile(module, "Deep", CompileDeadline.after(Duration.ofMinutes(1)), names(module), null);
		assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(100 * TestModules.MEBIBYTE);
	}

	@ParameterizedTest
	@MethodSource("functionsThatTakeLong")
	void timeIsLookedAtWithinAFunction(String wat) throws ModuleException {
		WasmModule module = ModuleParser.parse(TestModules.binary(wat));
		AtomicLong looks = new AtomicLong();
		CompileDeadline deadline = new CompileDeadline(Duration.ofNanos(100), looks::incrementAndGet, () -> 0);
		assertThatExceptionOfType(ModuleException.class)
			.isThrownBy(() -> ModuleCompiler.compile(module, "Long", deadline, names(module), null))
			.withMessageContaining("gateway.wasm.compile-timeout");
	}

	@ParameterizedTest
	@MethodSource("functionsThatTakeLong")
	void stepsOfAFunctionAreBounded(String wat) throws ModuleException {
		WasmModule module = ModuleParser.parse(TestModules.binary(wat));
		AtomicLong looks = new AtomicLong();
		CompileDeadline deadline = new CompileDeadline(Duration.ofDays(1), looks::incrementAndGet, () -> 0);
		ModuleCompiler.compile(module, "Long", deadline, names(module), null);
		assertThat(looks).hasValueBetween(100L, 2 * CompileSteps.MAXIMUM / 4096 + 100);
	}

	private static FunctionNames names(WasmModule module) {
		return new FunctionNames(new byte[0], new SourceLines(new byte[0]), module);
	}

	/**
	 * Functions whose variables change constantly, and functions with many numbered
	 * jumps.
	 */
	static Stream<String> functionsThatTakeLong() {
		StringBuilder numbered = new StringBuilder("(module (memory 1) (func (export \"run\") ");
		numbered.append("(local i32)".repeat(1200));
		for (int i = 0; i < 1200; i++) {
			numbered.append("(loop (block (block (br_table 0 1 (local.get ")
				.append(i)
				.append("))) (local.set ")
				.append(i)
				.append(" (i32.const 1)) (br 1)))");
		}
		String changing = "(local.set $a (i32.add (local.get $a) (i32.const 1)))"
				+ "(local.set $b (i32.add (local.get $b) (i32.const 1)))";
		return Stream.of(
				"(module (memory 1) (func (export \"run\") (local $a i32) (local $b i32) (loop $l"
						+ changing.repeat(5000)
						+ "(br_if $l (i32.lt_u (local.get $a) (local.get $b)))) (drop (local.get $a))))",
				numbered.append("))").toString());
	}

	@ParameterizedTest
	@ValueSource(strings = { "CALLS", "(block $b (br_if $b (i32.const 1)) CALLS) CALLS",
			"(block $b CALLS (br_if $b (i32.const 1)) (loop $l CALLS (br_if $l (i32.const 0)))) CALLS",
			"NINE (if (i32.const 1) (then NINE) (else CALLS)) NINE" })
	void interruptIsNoticedAfterSomeCallsOfSmallFunctions(String body) {
		assertThat(callsOnceInterrupted("", body)).isLessThanOrEqualTo(16);
	}

	@Test
	void checksSkippedByJumpsAreNotCounted() {
		// The seventeenth call, which has a check, never runs
		String row = "(call $leaf)".repeat(15) + "(if (i32.const 0) (then (call $leaf)(call $leaf)))";
		assertThat(callsOnceInterrupted("", row.repeat(20))).isLessThanOrEqualTo(16);
	}

	@ParameterizedTest
	@ValueSource(ints = { 300, 10_000 })
	void largeFunctionWithoutCallsNoticesTheInterrupt(int constants) {
		assertThat(callsOnceInterrupted("(drop (i64.const 3))".repeat(constants), "CALLS")).isZero();
	}

	@Test
	void functionWithATryBlockLooksBeforeEachCall() {
		assertThat(callsOnceInterrupted("", TRY.formatted("CALLS"))).isZero();
	}

	@Test
	void smallFunctionWithATryBlockNoticesTheInterrupt() {
		assertThat(callsOnceInterrupted(TRY.formatted("(drop (i32.load (i32.const 0)))"), "CALLS")).isZero();
	}

	@ParameterizedTest
	@ValueSource(ints = { 16_370, 16_382, 16_383 })
	void functionThatIsAlmostTooLargeForTheJvmIsCompiled(int constants) {
		// i64.const, drop
		byte[] body = "\u0042\u0003\u001a".repeat(constants).getBytes(StandardCharsets.ISO_8859_1);
		assertThat(TestModules.compile(CompileLimitTests.module(1, List.of(body))).report().interpreted()).isZero();
	}

	/** Returns how many functions without calls were called after the interrupt. */
	private static int callsOnceInterrupted(String leaf, String body) {
		String calls = body.replace("CALLS", "(call $leaf)".repeat(40)).replace("NINE", "(call $leaf)".repeat(9));
		byte[] wasm = tryBlocks(TestModules
			.binary("(module (import \"env\" \"f\" (func $interrupt))" + "(memory (export \"memory\") 1) (func $leaf "
					+ leaf + "(i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1))))"
					+ "(func (export \"run\") (call $interrupt) " + calls + "))"));
		HostFunction interrupt = (memory, arguments) -> {
			Thread.currentThread().interrupt();
			return 0;
		};
		ModuleInstance instance = TestModules.instance(TestModules.compile(wasm), (functionImport) -> interrupt);
		assertThatExceptionOfType(GuestTrapException.class).isThrownBy(() -> TestModules.call(instance, "run"))
			.extracting(GuestTrapException::reason)
			.isEqualTo(Reason.INTERRUPTED);
		return instance.memory().readInt(0);
	}

	/** Inserts try blocks, which the parser's text format does not have. */
	private static byte[] tryBlocks(byte[] wasm) {
		String block = "\u0002\u0040\u0001\u0001\u0001";
		// try_table (catch_all 0)
		String tryBlock = "\u001f\u0040\u0001\u0002\u0000";
		return new String(wasm, StandardCharsets.ISO_8859_1).replace(block, tryBlock)
			.getBytes(StandardCharsets.ISO_8859_1);
	}

	/**
	 * Changes variables and memory in this number of steps, with some jumps and divisions
	 * in between.
	 */
	private static String large(int steps) {
		StringBuilder wat = new StringBuilder("(module (memory (export \"memory\") 1)"
				+ "(func (export \"run\") (param $a i64) (param $d i64) (result i64) (local $b i64) (local $c f64)");
		for (int i = 0; i < steps; i++) {
			wat.append(switch (i % 5) {
				case 0 ->
					"(i64.store offset=" + i * 8 + " (i32.const 8) (i64.add (local.get $a) (i64.const " + i + ")))";
				case 1 -> "(local.set $b (i64.xor (local.get $b) (i64.load offset=" + (i - 1) * 8 + " (i32.const 8))))";
				case 2 -> "(local.set $c (f64.add (local.get $c) (f64.convert_i64_s (local.get $b))))"
						+ "(f64.store offset=" + i * 8 + " (i32.const 0) (local.get $c))";
				case 3 ->
					(i % 40 != 3) ? "(local.set $a (i64.add (local.get $a) (i64.mul (local.get $b) (i64.const 3))))"
							: "(if (i64.lt_u (local.get $b) (local.get $a)) (then (local.set $a (i64.add (local.get $b)"
									+ "(i64.const " + i + ")))))";
				default -> "(i64.store32 offset=" + i * 8 + " (i32.const 0) (i64.div_s (local.get $b) (local.get $d)))";
			});
		}
		return wat.append("(i64.add (local.get $a) (local.get $b))))").toString();
	}

}
