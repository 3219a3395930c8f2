package io.gatewaywasm.host.engine.chicory;

import java.util.Random;

import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.engine.GuestTrapException;
import io.gatewaywasm.host.engine.ModuleException;
import io.gatewaywasm.host.engine.ModuleInstance;
import io.gatewaywasm.host.limits.MemoryBudget;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class RestoreTests {

	private static final String GUEST = """
			(module (memory 2 16) (data $d "0123456789") (data (i32.const 4094) "abcd")
			  (global $g (mut i32) (i32.const 5)) (global $h (mut i64) (i64.const 6)) (global $c i32 (i32.const 7))
			  (func (export "next") (result i32)
			    (global.set $h (i64.add (global.get $h) (i64.const 1)))
			    (global.set $g (i32.add (global.get $g) (global.get $c))) (global.get $g))
			  (func (export "h") (result i64) (global.get $h))
			  (func (export "store8") (param i32 i64) (i64.store8 (local.get 0) (local.get 1)))
			  (func (export "store16") (param i32 i64) (i64.store16 (local.get 0) (local.get 1)))
			  (func (export "store32") (param i32 i64) (i64.store32 (local.get 0) (local.get 1)))
			  (func (export "store64") (param i32 i64) (i64.store (local.get 0) (local.get 1)))
			  (func (export "storef32") (param i32 f32) (f32.store (local.get 0) (local.get 1)))
			  (func (export "storef64") (param i32 f64) (f64.store (local.get 0) (local.get 1)))
			  (func (export "fill") (param i32 i32) (memory.fill (local.get 0) (i32.const 9) (local.get 1)))
			  (func (export "copy") (param i32 i32) (memory.copy (local.get 0) (i32.const 4090) (local.get 1)))
			  (func (export "init") (param i32 i32) (memory.init $d (local.get 0) (i32.const 0) (local.get 1)))
			  (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
			  (func (export "size") (result i32) (memory.size))
			  (func (export "trap") (i32.store (i32.const 0) (i32.const 1)) (global.set $g (i32.const 0)) (unreachable)))""";

	private final ModuleInstance instance = restorable(TestModules.compile(GUEST));

	@Test
	void globalsComeBack() throws ModuleException {
		TestModules.call(this.instance, "next");
		this.instance.capture();
		assertThat(TestModules.call(this.instance, "next")).isEqualTo(19);
		assertThat(TestModules.call(this.instance, "next")).isEqualTo(26);
		this.instance.restore();
		assertThat(TestModules.call(this.instance, "h")).isEqualTo(7);
		assertThat(TestModules.call(this.instance, "next")).isEqualTo(19);
	}

	@ParameterizedTest
	@ValueSource(strings = { "store8", "store16", "store32", "store64", "storef32", "storef64" })
	void storesAreUndoneWhereverTheyAre(String store) throws ModuleException {
		this.instance.capture();
		byte[] before = content();
		for (int address : new int[] { 0, 4088, 4089, 4090, 4091, 4092, 4093, 4094, 4095, 4096, 8191, 65532,
				2 * 65536 - 8 }) {
			TestModules.call(this.instance, store, address, -1);
			assertThat(content()).isNotEqualTo(before);
			this.instance.restore();
			assertThat(content()).isEqualTo(before);
		}
	}

	@ParameterizedTest
	@CsvSource({ "fill, 10000", "fill, 1", "fill, 0", "copy, 9000", "init, 10" })
	void bulkWritesAreUndone(String function, int size) throws ModuleException {
		this.instance.capture();
		byte[] before = content();
		TestModules.call(this.instance, function, 8190, size);
		this.instance.restore();
		assertThat(content()).isEqualTo(before);
	}

	@Test
	void writesOfTheHostAreUndone() throws ModuleException {
		this.instance.capture();
		byte[] before = content();
		this.instance.memory().write(4000, new byte[] { 1, 2, 3 });
		this.instance.memory().write(8190, new byte[5000], 0, 5000);
		this.instance.memory().writeInt(20478, -1);
		this.instance.memory().writeLong(32762, -1);
		this.instance.memory().writeByte(40959, (byte) 1);
		this.instance.restore();
		assertThat(content()).isEqualTo(before);
	}

	@Test
	void growthIsUndone() throws ModuleException {
		this.instance.capture();
		byte[] before = content();
		for (int round = 0; round < 3; round++) {
			TestModules.call(this.instance, "store64", 4090, -1);
			assertThat(TestModules.call(this.instance, "grow", 2)).isEqualTo(2);
			TestModules.call(this.instance, "store64", 9000, -1);
			TestModules.call(this.instance, "store64", 3 * 65536, -1);
			assertThat(TestModules.call(this.instance, "grow", 3)).isEqualTo(4);
			TestModules.call(this.instance, "store64", 6 * 65536, -1);
			this.instance.restore();
			assertThat(TestModules.call(this.instance, "size")).isEqualTo(2);
			assertThat(content()).isEqualTo(before);
			assertThatExceptionOfType(GuestTrapException.class)
				.isThrownBy(() -> TestModules.call(this.instance, "store64", 3 * 65536, -1));
			assertThat(TestModules.call(this.instance, "grow", 1)).isEqualTo(2);
			assertThat(this.instance.memory().read(2 * 65536, 65536)).containsOnly(0);
			this.instance.restore();
		}
	}

	@Test
	void whatIsKeptToBeRestoredCountsAsMemory() throws ModuleException {
		MemoryBudget budget = new MemoryBudget(TestModules.MEBIBYTE, null);
		ModuleInstance counted = TestModules.compile(GUEST)
			.instantiate(TestModules.ZERO, TestModules.MEBIBYTE, true, budget);
		// The passive data segment has ten bytes.
		assertThat(budget.used()).isEqualTo(2 * 65536 + 10);
		counted.capture();
		// The data segment spans two cards; all others are zero.
		long captured = 2 * 65536 + 10 + 2 * 4096;
		assertThat(budget.used()).isEqualTo(captured);
		TestModules.call(counted, "grow", 3);
		assertThat(budget.used()).as("the memory from before it grew is kept as well").isEqualTo(captured + 5 * 65536);
		TestModules.call(counted, "grow", 1);
		assertThat(budget.used()).isEqualTo(captured + 6 * 65536);
		counted.restore();
		assertThat(budget.used()).isEqualTo(captured);
		counted.close();
		assertThat(budget.used()).isZero();
	}

	@Test
	void growthBeforeTheCaptureStays() throws ModuleException {
		TestModules.call(this.instance, "grow", 2);
		TestModules.call(this.instance, "store64", 3 * 65536, 77);
		this.instance.capture();
		byte[] before = content();
		TestModules.call(this.instance, "store64", 3 * 65536, 78);
		TestModules.call(this.instance, "grow", 1);
		this.instance.restore();
		assertThat(TestModules.call(this.instance, "size")).isEqualTo(4);
		assertThat(content()).isEqualTo(before);
	}

	@Test
	void captureCanBeRepeated() throws ModuleException {
		this.instance.capture();
		TestModules.call(this.instance, "grow", 1);
		TestModules.call(this.instance, "store64", 2 * 65536, 1);
		this.instance.capture();
		byte[] before = content();
		TestModules.call(this.instance, "store64", 2 * 65536, 2);
		this.instance.restore();
		assertThat(content()).isEqualTo(before).hasSize(3 * 65536);
	}

	@Test
	void trappedInstanceWorksAgain() throws ModuleException {
		this.instance.capture();
		assertThatExceptionOfType(GuestTrapException.class).isThrownBy(() -> TestModules.call(this.instance, "trap"));
		this.instance.restore();
		assertThat(this.instance.memory().readInt(0)).isZero();
		assertThat(TestModules.call(this.instance, "next")).isEqualTo(12);
	}

	@Test
	void anythingWrittenIsUndone() throws ModuleException {
		Random random = new Random(42);
		String[] functions = { "store8", "store16", "store32", "store64", "fill", "copy" };
		this.instance.capture();
		byte[] before = content();
		for (int round = 0; round < 200; round++) {
			for (int i = 0; i < 20; i++) {
				String function = functions[random.nextInt(functions.length)];
				TestModules.call(this.instance, function, random.nextInt(2 * 65536 - 12000), random.nextInt(12000));
			}
			this.instance.restore();
			assertThat(content()).isEqualTo(before);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "hello_world.wasm", "hello_world_abi_0_1_0.wasm" })
	void realFilterRepeatsItself(String name) throws ModuleException {
		CompiledModule module = TestModules.compile(TestModules.filter(name));
		assertThat(module.restoreObstacle()).isNull();
		ModuleInstance filter = restorable(module);
		if (module.exports().containsKey("_initialize")) {
			TestModules.call(filter, "_initialize");
		}
		filter.capture();
		byte[] before = filter.memory().read(0, (int) filter.memory().size());
		String allocate = module.exports().containsKey("malloc") ? "malloc" : "proxy_on_memory_allocate";
		long first = TestModules.call(filter, allocate, 300_000);
		filter.memory().write((int) first, new byte[300_000]);
		assertThat(filter.memory().size()).isGreaterThan(before.length);
		filter.restore();
		assertThat(filter.memory().read(0, (int) filter.memory().size())).isEqualTo(before);
		assertThat(TestModules.call(filter, allocate, 300_000)).isEqualTo(first);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			(table.set (i32.const 0) (ref.null func))                       | table.set
			(drop (table.grow (ref.null func) (i32.const 1)))               | table.grow
			(table.fill (i32.const 0) (ref.null func) (i32.const 1))        | table.fill
			(table.copy (i32.const 0) (i32.const 0) (i32.const 1))          | table.copy
			(table.init $e (i32.const 0) (i32.const 0) (i32.const 0))       | table.init
			(elem.drop $e)                                                  | elem.drop
			(data.drop $d)                                                  | data.drop
			""")
	void moduleThatChangesWhatCannotBeUndoneSaysSo(String instruction, String name) {
		CompiledModule module = TestModules
			.compile("(module (memory 1) (data $d \"x\") (table 2 funcref) (elem $e func)" + " (func (export \"f\") "
					+ instruction + "))");
		assertThat(module.restoreObstacle()).contains("(" + name + ")");
		assertThatExceptionOfType(ModuleException.class)
			.isThrownBy(() -> module.instantiate(TestModules.ZERO, TestModules.MEBIBYTE, true))
			.withMessageContaining(name);
	}

	@Test
	void ordinaryInstanceCannotBeRestored() {
		ModuleInstance ordinary = TestModules.instance(GUEST);
		assertThatIllegalStateException().isThrownBy(ordinary::capture);
		assertThatIllegalStateException().isThrownBy(ordinary::restore);
		assertThatIllegalStateException().isThrownBy(this.instance::restore);
	}

	private byte[] content() {
		return this.instance.memory().read(0, (int) this.instance.memory().size());
	}

	private static ModuleInstance restorable(CompiledModule module) {
		try {
			return module.instantiate(TestModules.ZERO, 16 * TestModules.MEBIBYTE, true);
		}
		catch (ModuleException ex) {
			throw new AssertionError(ex);
		}
	}

}
