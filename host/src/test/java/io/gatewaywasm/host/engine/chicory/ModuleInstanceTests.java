package io.gatewaywasm.host.engine.chicory;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

import io.gatewaywasm.host.abi.HostFunction;
import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.engine.GuestTrapException;
import io.gatewaywasm.host.engine.ModuleException;
import io.gatewaywasm.host.engine.ModuleInstance;
import io.gatewaywasm.host.limits.MemoryBudget;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

class ModuleInstanceTests {

	@Test
	void instancesOfOneModuleAreSeparate() {
		CompiledModule module = TestModules.compile("""
				(module (global $g (mut i32) (i32.const 0)) (memory (export "memory") 1)
				  (func (export "next") (result i32)
				    (global.set $g (i32.add (global.get $g) (i32.const 1)))
				    (i32.store (i32.const 0) (global.get $g)) (global.get $g)))""");
		ModuleInstance first = TestModules.instance(module, TestModules.ZERO);
		ModuleInstance second = TestModules.instance(module, TestModules.ZERO);
		TestModules.call(first, "next");
		assertThat(TestModules.call(first, "next")).isEqualTo(2);
		assertThat(TestModules.call(second, "next")).isEqualTo(1);
		assertThat(first.memory().readInt(0)).isEqualTo(2);
		assertThat(first.memory()).isSameAs(first.memory());
	}

	@Test
	void tableGrownByOneInstanceDoesNotGrowTheNext() {
		CompiledModule module = TestModules.compile("""
				(module (table 2 funcref)
				  (func (export "grow") (result i32) (table.grow (ref.null func) (i32.const 5))))""");
		assertThat(TestModules.call(TestModules.instance(module, TestModules.ZERO), "grow")).isEqualTo(2);
		assertThat(TestModules.call(TestModules.instance(module, TestModules.ZERO), "grow")).isEqualTo(2);
	}

	@Test
	void elementsOfTablesCountAsMemory() throws ModuleException {
		MemoryBudget budget = new MemoryBudget(65536 + 12 * 1000, null);
		CompiledModule module = TestModules.compile("""
				(module (memory 1) (table $a 100 funcref) (table $b 200 funcref)
				  (func (export "growA") (param i32) (result i32) (table.grow $a (ref.null func) (local.get 0)))
				  (func (export "growB") (param i32) (result i32) (table.grow $b (ref.null func) (local.get 0))))""");
		ModuleInstance instance = module.instantiate(TestModules.ZERO, TestModules.MEBIBYTE, false, budget);
		assertThat(budget.used()).isEqualTo(65536 + 12 * 300);
		assertThat(TestModules.call(instance, "growA", 400)).isEqualTo(100);
		assertThat((int) TestModules.call(instance, "growB", 301)).isEqualTo(-1);
		assertThat((int) TestModules.call(instance, "growB", -1)).isEqualTo(-1);
		assertThat(TestModules.call(instance, "growB", 300)).isEqualTo(200);
		assertThat(budget.used()).isEqualTo(budget.maximum());
		instance.close();
		assertThat(budget.used()).isZero();
	}

	@Test
	void growthOfATableBeyondItsOwnMaximumCostsNoMemory() throws ModuleException {
		MemoryBudget budget = new MemoryBudget(TestModules.MEBIBYTE, null);
		ModuleInstance instance = TestModules.compile("""
				(module (memory 1) (table 1 10 funcref)
				  (func (export "grow") (param i32) (result i32) (table.grow (ref.null func) (local.get 0))))""")
			.instantiate(TestModules.ZERO, TestModules.MEBIBYTE, false, budget);
		long before = budget.used();
		assertThat((int) TestModules.call(instance, "grow", 10)).isEqualTo(-1);
		assertThat(budget.used()).isEqualTo(before);
		assertThat(TestModules.call(instance, "grow", 9)).isEqualTo(1);
	}

	@Test
	void tablesThatFindNoMemoryAreRefused() {
		MemoryBudget budget = new MemoryBudget(65536 + 12 * 100, null);
		CompiledModule module = TestModules.compile("(module (memory 1) (table 101 funcref))");
		assertThatExceptionOfType(ModuleException.class)
			.isThrownBy(() -> module.instantiate(TestModules.ZERO, TestModules.MEBIBYTE, false, budget))
			.withMessageContaining("limits.total-memory");
		assertThat(budget.used()).isZero();
	}

	@Test
	void functionThatDoesNotExistIsNull() {
		ModuleInstance instance = TestModules.instance("(module (memory (export \"memory\") 1))");
		assertThat(instance.function("f")).isNull();
		assertThat(instance.function("memory")).isNull();
	}

	@Test
	void voidFunctionReturnsZero() {
		assertThat(TestModules.call(TestModules.instance("(module (func (export \"f\")))"), "f")).isZero();
	}

	@Test
	void wideNumbersPassThroughBothWays() {
		List<Long> seen = new ArrayList<>();
		ModuleInstance instance = TestModules.instance("""
				(module (import "env" "f" (func $f (param i64 i32) (result i64)))
				  (func (export "g") (param i64) (result i64) (call $f (local.get 0) (i32.const -1))))""",
				(memory, arguments) -> {
					seen.add(arguments[0]);
					seen.add((long) (int) arguments[1]);
					return arguments[0] + 1;
				});
		assertThat(TestModules.call(instance, "g", 0x1234_5678_9abc_def0L)).isEqualTo(0x1234_5678_9abc_def1L);
		assertThat(seen).containsExactly(0x1234_5678_9abc_def0L, -1L);
	}

	@Test
	void smallResultsOfHostFunctionsStayWhatTheyAre() {
		long[] next = { 0 };
		ModuleInstance instance = TestModules.instance("""
				(module (import "env" "f" (func $f (result i32)))
				  (func (export "g") (result i32) (call $f)))""", (memory, arguments) -> next[0]);
		for (int result = -2; result < 300; result++) {
			next[0] = result;
			assertThat((int) TestModules.call(instance, "g")).isEqualTo(result);
		}
	}

	@Test
	void resultIsDroppedIfTheImportDeclaresNone() {
		ModuleInstance instance = TestModules.instance("""
				(module (import "env" "f" (func $f (param i32)))
				  (func (export "g") (result i32) (call $f (i32.const 1)) (i32.const 5)))""",
				(memory, arguments) -> 12);
		assertThat(TestModules.call(instance, "g")).isEqualTo(5);
	}

	@Test
	void functionImportedTwiceIsLinkedByItsSignature() {
		ModuleInstance instance = TestModules.instance(TestModules.compile("""
				(module (import "env" "f" (func $a (param i32) (result i32)))
				  (import "env" "f" (func $b (param i64)))
				  (import "env" "f" (func $c (param i32) (result i32)))
				  (func (export "g") (result i32)
				    (call $b (i64.const 1)) (i32.add (call $a (i32.const 1)) (call $c (i32.const 1)))))"""),
				(functionImport) -> (memory, arguments) -> functionImport.signature().results().size());
		assertThat(TestModules.call(instance, "g")).isEqualTo(2);
	}

	@Test
	void startSectionRunsAndSeesTheHost() {
		AtomicReference<Integer> seen = new AtomicReference<>();
		HostFunction function = (memory, arguments) -> {
			seen.set(memory.readInt(8));
			memory.writeInt(12, 7);
			return 0;
		};
		ModuleInstance instance = TestModules.instance("""
				(module (import "env" "f" (func $f)) (memory 1) (data (i32.const 8) "\\2a")
				  (func $start (call $f)) (start $start))""", function);
		assertThat(seen).hasValue(42);
		assertThat(instance.memory().readInt(12)).isEqualTo(7);
	}

	@Test
	void exportedStartFunctionsAreLeftAlone() {
		ModuleInstance instance = TestModules.instance(
				"""
						(module (memory 1) (func (export "_start") (unreachable)) (func (export "_initialize") (unreachable)))""");
		assertThat(instance.memory().readInt(0)).isZero();
	}

	@Test
	void trapInStartSectionIsATrap() {
		CompiledModule module = TestModules.compile("(module (func $start (unreachable)) (start $start))");
		assertThatExceptionOfType(GuestTrapException.class)
			.isThrownBy(() -> module.instantiate(TestModules.ZERO, TestModules.MEBIBYTE))
			.withMessageContaining("unreachable");
	}

	@Test
	void initialMemoryBeyondTheLimitIsRefusedWithNumbersAndProperty() {
		CompiledModule module = TestModules.compile("(module (memory 2100))");
		assertThatExceptionOfType(ModuleException.class)
			.isThrownBy(() -> module.instantiate(TestModules.ZERO, 64 * TestModules.MEBIBYTE))
			.withMessageContaining("131.3 MiB (2100 pages)")
			.withMessageContaining("'limits.memory' allows 64.0 MiB (1024 pages)");
	}

	@Test
	void initialMemoryBeyondAnArrayIsRefused() {
		CompiledModule module = TestModules.compile("(module (memory 32768))");
		assertThatExceptionOfType(ModuleException.class)
			.isThrownBy(() -> module.instantiate(TestModules.ZERO, Long.MAX_VALUE))
			.withMessageContaining("32767 pages");
	}

	@Test
	void initialMemoryBeyondTheHeapIsRefused() {
		// With a heap of 2 GiB the largest possible array does not fit, because part of
		// the heap is in use.
		long pages = Math.min(Runtime.getRuntime().maxMemory() / 65536 + 1, 32767);
		assumeThat(Runtime.getRuntime().maxMemory()).isLessThanOrEqualTo(1L << 31);
		CompiledModule module = TestModules.compile("(module (memory " + pages + "))");
		assertThatExceptionOfType(ModuleException.class)
			.isThrownBy(() -> module.instantiate(TestModules.ZERO, Long.MAX_VALUE))
			.withMessageContaining("Java heap");
	}

	@Test
	void moduleWithoutMemoryHasAnEmptyOne() {
		assertThat(TestModules.instance("(module)").memory().size()).isZero();
	}

	@Test
	void dataSegmentOutsideTheMemoryIsRefused() {
		CompiledModule module = TestModules.compile("(module (memory 1) (data (i32.const 65534) \"abc\"))");
		assertThatExceptionOfType(ModuleException.class)
			.isThrownBy(() -> module.instantiate(TestModules.ZERO, TestModules.MEBIBYTE))
			.withMessageContaining("data segment");
	}

}
