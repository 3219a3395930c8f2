package io.gatewaywasm.host.engine.chicory;

import java.nio.charset.StandardCharsets;

import io.gatewaywasm.host.abi.GuestMemory;
import io.gatewaywasm.host.abi.GuestMemoryException;
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
import static org.assertj.core.api.Assumptions.assumeThat;

class FlatMemoryTests {

	private static final String ACCESS = """
			(module (memory (export "memory") 1 4)
			  (data $passive "abcdef")
			  (data $active (i32.const 100) "xyz")
			  (func (export "load8") (param i32) (result i32) (i32.load8_s (local.get 0)))
			  (func (export "load16") (param i32) (result i32) (i32.load16_u (local.get 0)))
			  (func (export "load32") (param i32) (result i32) (i32.load (local.get 0)))
			  (func (export "load32_far") (param i32) (result i32) (i32.load offset=4294967295 (local.get 0)))
			  (func (export "load64") (param i32) (result i64) (i64.load (local.get 0)))
			  (func (export "loadf32") (param i32) (result f32) (f32.load (local.get 0)))
			  (func (export "loadf64") (param i32) (result f64) (f64.load (local.get 0)))
			  (func (export "store8") (param i32 i32) (i32.store8 (local.get 0) (local.get 1)))
			  (func (export "store16") (param i32 i32) (i32.store16 (local.get 0) (local.get 1)))
			  (func (export "store32") (param i32 i32) (i32.store (local.get 0) (local.get 1)))
			  (func (export "store64") (param i32 i64) (i64.store (local.get 0) (local.get 1)))
			  (func (export "storef32") (param i32 f32) (f32.store (local.get 0) (local.get 1)))
			  (func (export "storef64") (param i32 f64) (f64.store (local.get 0) (local.get 1)))
			  (func (export "size") (result i32) (memory.size))
			  (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
			  (func (export "fill") (param i32 i32 i32) (memory.fill (local.get 0) (local.get 1) (local.get 2)))
			  (func (export "copy") (param i32 i32 i32) (memory.copy (local.get 0) (local.get 1) (local.get 2)))
			  (func (export "init") (param i32 i32 i32) (memory.init $passive (local.get 0) (local.get 1) (local.get 2)))
			  (func (export "initActive") (param i32 i32 i32) (memory.init $active (local.get 0) (local.get 1) (local.get 2)))
			  (func (export "drop") (data.drop $passive)))""";

	private final ModuleInstance instance = TestModules.instance(ACCESS);

	private final GuestMemory memory = this.instance.memory();

	@Test
	void numbersAreLittleEndian() {
		this.memory.writeLong(8, 0x0807060504030201L);
		assertThat(this.memory.read(8, 8)).containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
		assertThat(this.memory.readInt(9)).isEqualTo(0x05040302);
		assertThat(TestModules.call(this.instance, "load16", 8)).isEqualTo(0x0201);
		assertThat(TestModules.call(this.instance, "load64", 8)).isEqualTo(0x0807060504030201L);
		this.memory.writeInt(16, -2);
		this.memory.writeByte(20, (byte) -3);
		assertThat((int) TestModules.call(this.instance, "load32", 16)).isEqualTo(-2);
		assertThat((int) TestModules.call(this.instance, "load8", 20)).isEqualTo(-3);
	}

	@Test
	void floatsKeepTheirBits() {
		int signallingNan = 0x7fa00001;
		TestModules.call(this.instance, "storef32", 0, Integer.toUnsignedLong(signallingNan));
		assertThat(this.memory.readInt(0)).isEqualTo(signallingNan);
		assertThat((int) TestModules.call(this.instance, "loadf32", 0)).isEqualTo(signallingNan);
		TestModules.call(this.instance, "storef64", 8, Double.doubleToRawLongBits(-1.5));
		assertThat(TestModules.call(this.instance, "loadf64", 8)).isEqualTo(Double.doubleToRawLongBits(-1.5));
	}

	@ParameterizedTest
	@CsvSource({ "load8, 65536", "load16, 65535", "load32, 65533", "load64, 65529", "load32, -1", "load32, -2147483648",
			"loadf32, 65533", "loadf64, 65529", "load32_far, 100", "load32_far, -1" })
	void loadOutsideTraps(String function, int address) {
		assertTraps(function, address);
	}

	@ParameterizedTest
	@CsvSource({ "store8, 65536", "store16, 65535", "store32, 65533", "store64, 65529", "store32, -4",
			"storef32, 65533", "storef64, 65529" })
	void storeOutsideTrapsAndChangesNothing(String function, int address) {
		assertTraps(function, address, -1);
		assertThat(this.memory.read(65528, 8)).containsOnly(0);
	}

	@ParameterizedTest
	@CsvSource({ "load8, 65535", "load16, 65534", "load32, 65532", "load64, 65528" })
	void lastAddressIsInside(String function, int address) {
		assertThat(TestModules.call(this.instance, function, address)).isZero();
	}

	@Test
	void growsToTheLimitAndNoFurther() {
		this.memory.writeInt(65532, 77);
		assertThat(TestModules.call(this.instance, "grow", 2)).isEqualTo(1);
		assertThat(this.memory.size()).isEqualTo(3 * 65536);
		assertThat(this.memory.readInt(65532)).isEqualTo(77);
		this.memory.writeInt(3 * 65536 - 4, 78);
		assertThat((int) TestModules.call(this.instance, "grow", 2)).isEqualTo(-1);
		assertThat((int) TestModules.call(this.instance, "grow", -1)).isEqualTo(-1);
		assertThat((int) TestModules.call(this.instance, "grow", Integer.MIN_VALUE)).isEqualTo(-1);
		assertThat(TestModules.call(this.instance, "grow", 0)).isEqualTo(3);
		assertThat(TestModules.call(this.instance, "size")).isEqualTo(3);
	}

	@Test
	void growthBeyondTheHostsLimitAnswersMinusOne() throws ModuleException {
		ModuleInstance bounded = TestModules.compile(ACCESS).instantiate(TestModules.ZERO, 2 * 65536 + 1);
		assertThat(TestModules.call(bounded, "grow", 1)).isEqualTo(1);
		assertThat((int) TestModules.call(bounded, "grow", 1)).isEqualTo(-1);
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void growthBeyondTheHeapAnswersMinusOneAndCostsNoBudget(boolean restorable) throws ModuleException {
		// With a heap of 2 GiB the largest possible array does not fit, because part of
		// the heap is in use.
		assumeThat(Runtime.getRuntime().maxMemory()).isLessThanOrEqualTo(1L << 31);
		MemoryBudget budget = new MemoryBudget(Long.MAX_VALUE, null);
		CompiledModule module = TestModules.compile("""
				(module (memory 1) (data (i32.const 0) "x")
				  (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0))))""");
		ModuleInstance unbounded = module.instantiate(TestModules.ZERO, Long.MAX_VALUE, restorable, budget);
		if (restorable) {
			unbounded.capture();
		}
		long before = budget.used();
		assertThat((int) TestModules.call(unbounded, "grow", 32766)).isEqualTo(-1);
		assertThat(budget.used()).isEqualTo(before);
		assertThat((int) TestModules.call(unbounded, "grow", 32767)).isEqualTo(-1);
		assertThat((int) TestModules.call(unbounded, "grow", 1)).isEqualTo(1);
		// A restorable memory keeps the previous array as well.
		assertThat(budget.used()).isEqualTo(before + (restorable ? 2 : 1) * 65536);
		unbounded.close();
		assertThat(budget.used()).isZero();
	}

	@Test
	void fillWritesItsRangeOnly() {
		TestModules.call(this.instance, "fill", 10, 0x1ff, 3);
		assertThat(this.memory.read(9, 5)).containsExactly(0, -1, -1, -1, 0);
		TestModules.call(this.instance, "fill", 65536, 1, 0);
	}

	@ParameterizedTest
	@CsvSource({ "65537, 0", "65536, 1", "-1, 2", "10, -5", "-1, 1", "0, 65537", "10, -1" })
	void fillOutsideTrapsAndChangesNothing(int address, int size) {
		assertTraps("fill", address, 9, size);
		assertThat(this.memory.read(0, 20)).containsOnly(0);
	}

	@Test
	void copyMovesOverlappingRanges() {
		this.memory.write(0, "abcdef".getBytes(StandardCharsets.UTF_8));
		TestModules.call(this.instance, "copy", 2, 0, 4);
		assertThat(this.memory.read(0, 6)).asString().isEqualTo("ababcd");
		TestModules.call(this.instance, "copy", 0, 2, 4);
		assertThat(this.memory.read(0, 6)).asString().isEqualTo("abcdcd");
		TestModules.call(this.instance, "copy", 65536, 65536, 0);
	}

	@ParameterizedTest
	@CsvSource({ "0, 65530, 10", "65530, 0, 10", "0, 65537, 0", "65537, 0, 0", "-1, 0, 2", "0, 0, -1" })
	void copyOutsideTraps(int destination, int source, int size) {
		assertTraps("copy", destination, source, size);
	}

	@Test
	void passiveSegmentIsCopiedUntilDropped() {
		TestModules.call(this.instance, "init", 8, 1, 3);
		assertThat(this.memory.read(7, 5)).containsExactly(0, 'b', 'c', 'd', 0);
		TestModules.call(this.instance, "init", 8, 6, 0);
		assertTraps("init", 0, 4, 3);
		assertTraps("init", 65535, 0, 2);
		assertTraps("init", 0, -1, 2);
		TestModules.call(this.instance, "drop");
		TestModules.call(this.instance, "init", 0, 0, 0);
		assertTraps("init", 0, 0, 1);
	}

	@Test
	void dropInOneInstanceLeavesTheOthersAlone() {
		CompiledModule module = TestModules.compile(ACCESS);
		TestModules.call(TestModules.instance(module, TestModules.ZERO), "drop");
		ModuleInstance other = TestModules.instance(module, TestModules.ZERO);
		TestModules.call(other, "init", 0, 0, 6);
		assertThat(other.memory().read(0, 6)).asString().isEqualTo("abcdef");
	}

	@Test
	void activeSegmentIsWrittenAndThenGone() {
		assertThat(this.memory.read(100, 3)).asString().isEqualTo("xyz");
		assertTraps("initActive", 0, 0, 1);
	}

	@Test
	void atomicsOnOwnMemoryWork() {
		// i32.atomic.rmw.add, an instruction that the text compiler used here does not
		// know
		FlatMemory flat = new FlatMemory(new com.dylibso.chicory.wasm.types.MemoryLimits(1, 1), new byte[65536]);
		flat.writeI32(0, 5);
		assertThat(flat.atomicAddInt(0, 2)).isEqualTo(5);
		assertThat(flat.atomicCmpxchgInt(0, 7, 9)).isEqualTo(7);
		assertThat(flat.readInt(0)).isEqualTo(9);
		assertThat(flat.atomicNotify(0, 1)).isZero();
	}

	@ParameterizedTest
	@CsvSource({ "65536, 1", "65533, 4", "-1, 1", "-1, 2", "0, -1", "0, 65537", "2147483647, 2147483647", "65537, 0" })
	void hostAccessOutsideThrowsTheSharedException(int pointer, int length) {
		assertThatExceptionOfType(GuestMemoryException.class).isThrownBy(() -> this.memory.check(pointer, length));
		assertThatExceptionOfType(GuestMemoryException.class).isThrownBy(() -> this.memory.read(pointer, length));
		byte[] source = new byte[8];
		assertThatExceptionOfType(GuestMemoryException.class)
			.isThrownBy(() -> this.memory.write(pointer, source, 0, length));
	}

	@Test
	void hostNumbersOutsideThrowTheSharedException() {
		assertThatExceptionOfType(GuestMemoryException.class).isThrownBy(() -> this.memory.readInt(65533));
		assertThatExceptionOfType(GuestMemoryException.class).isThrownBy(() -> this.memory.writeInt(-1, 1));
		assertThatExceptionOfType(GuestMemoryException.class).isThrownBy(() -> this.memory.writeLong(65529, 1));
		assertThatExceptionOfType(GuestMemoryException.class).isThrownBy(() -> this.memory.writeByte(65536, (byte) 1));
		assertThat(this.memory.read(65536, 0)).isEmpty();
	}

	private void assertTraps(String function, long... arguments) {
		assertThatExceptionOfType(GuestTrapException.class)
			.isThrownBy(() -> TestModules.call(this.instance, function, arguments))
			.withMessageContaining("out of bounds memory access")
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(GuestTrapException.Reason.TRAP));
	}

}
