package io.gatewaywasm.host.engine.chicory;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongBinaryOperator;
import java.util.function.LongUnaryOperator;

import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.engine.GuestTrapException;
import io.gatewaywasm.host.engine.ModuleInstance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link CorrectedInstructions} and {@link InterpretedBodies}. Expected values
 * are computed with exact arithmetic on bits.
 */
class CorrectedInstructionsTests {

	private static final int QUIET = 0x0040_0000;

	private static final long LONG_QUIET = 0x0008_0000_0000_0000L;

	private static final long[] INTEGERS = { 0, 1, 2, (1L << 24) + 1, (1L << 53) + 1, Long.MAX_VALUE, Long.MIN_VALUE,
			Long.MIN_VALUE + 1, 0x8000_0000_0000_0400L, 0x8000_0000_0000_0401L, 0x8000_0000_0000_0bffL,
			0x8000_0000_0000_0c00L, 0x8000_0000_0000_0c01L, 0x8000_0080_0000_0000L, 0x8000_0080_0000_0001L,
			0x8000_0180_0000_0000L, 0x8000_017f_ffff_ffffL, 0x7fff_ffbf_ffff_ffffL, 0x7fff_ffc0_0000_0000L,
			0x7fff_ffff_ffff_fdffL, 0xffff_ff80_0000_0000L, 0xffff_ff7f_ffff_ffffL, 0xffff_ffff_ffff_fbffL,
			0xffff_ffff_ffff_fc00L, -1, 0xc000_0000_0000_0200L, 0x8864_4800_0000_1c00L };

	private static final int[] FLOATS = { 0, 0x8000_0000, 0x3f80_0000, 0xbf80_0000, 0x4f7f_c000, 0xcf7f_c000,
			0x4eff_8000, 1, 0x8000_0001, 0x7f7f_ffff, 0x7f80_0000, 0xff80_0000, 0x3fc0_0000, 0xbfc0_0000, 0x3f00_0000,
			0xbf00_0000, 0x4b00_0001, 0x7fc0_0000, 0xffc0_0000, 0x7fa0_0000, 0xffa0_0000, 0x7f80_0001, 0xffff_ffff };

	private static final long[] DOUBLES = { 0, Long.MIN_VALUE, 0x3ff0_0000_0000_0000L, 0xbff0_0000_0000_0000L,
			0x43ef_f000_0000_0000L, 0xc3ef_f000_0000_0000L, 0x43df_f000_0000_0000L, 1, 0x8000_0000_0000_0001L,
			0x7fef_ffff_ffff_ffffL, 0x7ff0_0000_0000_0000L, 0xfff0_0000_0000_0000L, 0x3ff8_0000_0000_0000L,
			0xbff8_0000_0000_0000L, 0x3fe0_0000_0000_0000L, 0xbfe0_0000_0000_0000L, 0x4330_0000_0000_0001L,
			0x7ff8_0000_0000_0000L, 0xfff8_0000_0000_0000L, 0x7ff4_0000_0000_0000L, 0xfff4_0000_0000_0000L,
			0x7ff0_0000_0000_0001L, -1 };

	@ParameterizedTest
	@EnumSource
	void unsignedNumbersAreRoundedToTheNearest(Mode mode) {
		ModuleInstance instance = mode.instance("""
				(func (export "f32") (param i64) (result i32)
					(i32.reinterpret_f32 (f32.convert_i64_u (local.get 0))))
				(func (export "f64") (param i64) (result i64)
					(i64.reinterpret_f64 (f64.convert_i64_u (local.get 0))))
				""");
		for (long integer : INTEGERS) {
			BigDecimal exact = new BigDecimal(Long.toUnsignedString(integer));
			assertThat((int) TestModules.call(instance, "f32", integer)).as(exact.toString())
				.isEqualTo(Float.floatToRawIntBits(exact.floatValue()));
			assertThat(TestModules.call(instance, "f64", integer)).as(exact.toString())
				.isEqualTo(Double.doubleToRawLongBits(exact.doubleValue()));
		}
	}

	@ParameterizedTest
	@EnumSource
	void signInstructionsChangeOnlyTheSignBit(Mode mode) {
		ModuleInstance instance = mode.instance(unary("abs") + unary("neg") + binary("copysign"));
		for (int a : FLOATS) {
			assertThat((int) TestModules.call(instance, "f32.abs", a)).as("abs %08x", a)
				.isEqualTo(a & Integer.MAX_VALUE);
			assertThat((int) TestModules.call(instance, "f32.neg", a)).as("neg %08x", a)
				.isEqualTo(a ^ Integer.MIN_VALUE);
			for (int b : FLOATS) {
				assertThat((int) TestModules.call(instance, "f32.copysign", a, b)).as("copysign %08x %08x", a, b)
					.isEqualTo((a & Integer.MAX_VALUE) | (b & Integer.MIN_VALUE));
			}
		}
		for (long a : DOUBLES) {
			assertThat(TestModules.call(instance, "f64.abs", a)).as("abs %016x", a).isEqualTo(a & Long.MAX_VALUE);
			assertThat(TestModules.call(instance, "f64.neg", a)).as("neg %016x", a).isEqualTo(a ^ Long.MIN_VALUE);
			for (long b : DOUBLES) {
				assertThat(TestModules.call(instance, "f64.copysign", a, b)).as("copysign %016x %016x", a, b)
					.isEqualTo((a & Long.MAX_VALUE) | (b & Long.MIN_VALUE));
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void noResultIsASignalingNan(Mode mode) {
		Map<String, LongUnaryOperator> roundings = Map.of("ceil", round(Math::ceil), "floor", round(Math::floor),
				"nearest", round(Math::rint), "trunc", round((x) -> (x < 0) ? Math.ceil(x) : Math.floor(x)));
		Map<String, LongBinaryOperator> choices = Map.of("min", choose(Math::min), "max", choose(Math::max));
		StringBuilder functions = new StringBuilder();
		roundings.keySet().forEach((name) -> functions.append(unary(name)));
		choices.keySet().forEach((name) -> functions.append(binary(name)));
		ModuleInstance instance = mode.instance(functions.toString());
		roundings.forEach((name, rounding) -> {
			for (int a : FLOATS) {
				assertSame(TestModules.call(instance, "f32." + name, a), rounding.applyAsLong(widen(a)));
			}
			for (long a : DOUBLES) {
				assertSameLong(TestModules.call(instance, "f64." + name, a), rounding.applyAsLong(a));
			}
		});
		choices.forEach((name, choice) -> {
			for (int a : FLOATS) {
				for (int b : FLOATS) {
					assertSame(TestModules.call(instance, "f32." + name, a, b), choice.applyAsLong(widen(a), widen(b)));
				}
			}
			for (long a : DOUBLES) {
				for (long b : DOUBLES) {
					assertSameLong(TestModules.call(instance, "f64." + name, a, b), choice.applyAsLong(a, b));
				}
			}
		});
	}

	@ParameterizedTest
	@EnumSource
	void tablesAreChangedWithinTheirBounds(Mode mode) {
		ModuleInstance instance = mode.instance("""
				(table $a 8 funcref) (table $b 4 funcref) (elem $e func $one $two) (type $number (func (result i32)))
				(func $one (result i32) (i32.const 1)) (func $two (result i32) (i32.const 2))
				(func (export "init") (param i32 i32 i32)
					(table.init $a $e (local.get 0) (local.get 1) (local.get 2)))
				(func (export "copy") (param i32 i32 i32)
					(table.copy $a $b (local.get 0) (local.get 1) (local.get 2)))
				(func (export "back") (param i32 i32 i32)
					(table.copy $b $a (local.get 0) (local.get 1) (local.get 2)))
				(func (export "move") (param i32 i32 i32)
					(table.copy $a $a (local.get 0) (local.get 1) (local.get 2)))
				(func (export "fill") (param i32 i32)
					(table.fill $a (local.get 0) (ref.func $two) (local.get 1)))
				(func (export "drop") (elem.drop $e))
				(func (export "a") (param i32) (result i32) (call_indirect $a (type $number) (local.get 0)))
				(func (export "b") (param i32) (result i32) (call_indirect $b (type $number) (local.get 0)))
				""");
		TestModules.call(instance, "init", 6, 0, 2);
		TestModules.call(instance, "back", 2, 6, 2);
		TestModules.call(instance, "copy", 0, 2, 2);
		TestModules.call(instance, "move", 1, 0, 2);
		assertThat(TestModules.call(instance, "b", 2)).isEqualTo(1);
		assertThat(TestModules.call(instance, "b", 3)).isEqualTo(2);
		assertThat(TestModules.call(instance, "a", 0)).isEqualTo(1);
		assertThat(TestModules.call(instance, "a", 1)).isEqualTo(1);
		assertThat(TestModules.call(instance, "a", 2)).isEqualTo(2);
		TestModules.call(instance, "fill", 0, 1);
		assertThat(TestModules.call(instance, "a", 0)).isEqualTo(2);
		TestModules.call(instance, "fill", 8, 0);
		TestModules.call(instance, "init", 8, 2, 0);
		TestModules.call(instance, "copy", 8, 4, 0);
		int most = Integer.MAX_VALUE;
		int least = Integer.MIN_VALUE;
		long[][] outside = { { 0, 0, 9 }, { 7, 0, 2 }, { 9, 0, 0 }, { 0, 0, -1 }, { -1, 0, 1 }, { 0, -1, 1 },
				{ -1, 0, 0 }, { 0, -1, 0 }, { most, 0, 1 }, { most, 0, most }, { 0, most, most }, { least, 0, least },
				{ 0, least, least }, { most, most, 2 }, { 1, 0, most }, { 0, 1, most }, { -2, 0, 2 } };
		for (long[] range : outside) {
			for (String function : new String[] { "init", "copy", "back", "move" }) {
				assertTraps(instance, function, range);
			}
		}
		for (long[] range : new long[][] { { 0, 9 }, { 9, 0 }, { 7, 2 }, { most, 1 }, { most, most }, { -1, 1 },
				{ -1, 0 }, { 0, -1 }, { least, least }, { 8, most } }) {
			assertTraps(instance, "fill", range);
		}
		assertThat(TestModules.call(instance, "a", 2)).isEqualTo(2);
		TestModules.call(instance, "drop");
		TestModules.call(instance, "init", 0, 0, 0);
		assertTraps(instance, "init", 0, 0, 1);
		assertTraps(instance, "init", 0, 1, 0);
	}

	@ParameterizedTest
	@EnumSource
	void tableGrowsWithinItsLimits(Mode mode) {
		ModuleInstance instance = mode.instance("""
				(table $t 2 9 funcref)
				(func (export "grow") (param i32) (result i32) (table.grow $t (ref.null func) (local.get 0)))
				(func (export "size") (result i32) (table.size $t))
				""");
		for (int size : new int[] { 8, -1, -2, Integer.MAX_VALUE, Integer.MIN_VALUE }) {
			assertThat((int) TestModules.call(instance, "grow", size)).as("grow by %s", size).isEqualTo(-1);
		}
		assertThat(TestModules.call(instance, "grow", 7)).isEqualTo(2);
		assertThat(TestModules.call(instance, "grow", 0)).isEqualTo(9);
		assertThat(TestModules.call(instance, "size")).isEqualTo(9);
	}

	@ParameterizedTest
	@EnumSource
	void addressesDoNotWrapAround(Mode mode) {
		StringBuilder functions = new StringBuilder("(memory 1)");
		String[] stores = { "i32.store", "i32.store8", "i32.store16", "i64.store", "i64.store8", "i64.store16",
				"i64.store32", "f32.store", "f64.store" };
		String[] loads = { "i32.load", "i32.load8_u", "i32.load8_s", "i32.load16_u", "i32.load16_s", "i64.load",
				"i64.load8_u", "i64.load8_s", "i64.load16_u", "i64.load16_s", "i64.load32_u", "i64.load32_s",
				"f32.load", "f64.load" };
		long[] offsets = { 0, 1, 65529, 65536, Integer.MAX_VALUE, 0x8000_0000L, 0xffff_fff8L, 0xffff_ffffL };
		for (long offset : offsets) {
			for (String store : stores) {
				functions.append("""
						(func (export "%s %d") (param i32) (%s offset=%d (local.get 0) (%s.const 7)))
						""".formatted(store, offset, store, offset, store.substring(0, 3)));
			}
			for (String load : loads) {
				functions.append("""
						(func (export "%s %d") (param i32) (drop (%s offset=%d (local.get 0))))
						""".formatted(load, offset, load, offset));
			}
		}
		ModuleInstance instance = mode.instance(functions.toString());
		long[] addresses = { 0, 1, 65528, 65536, Integer.MAX_VALUE, 0x8000_0000L, 0x8000_0001L, 0xffff_fff8L,
				0xffff_ffffL };
		for (long offset : offsets) {
			for (long address : addresses) {
				for (String[] names : new String[][] { stores, loads }) {
					for (String name : names) {
						if (address + offset + size(name) > 65536) {
							assertTraps(instance, name + " " + offset, (int) address);
						}
						else {
							TestModules.call(instance, name + " " + offset, (int) address);
						}
					}
				}
			}
		}
	}

	@Test
	void functionThatIsTooLargeForTheCompilerIsCorrectedToo() {
		String body = "(local.set 0 (i64.xor (local.get 0) (i64.const 1000000)))\n".repeat(20_000);
		CompiledModule module = TestModules.compile("(module (func (export \"f\") (param i64) (result i64) " + body
				+ " (i64.reinterpret_f64 (f64.convert_i64_u (local.get 0)))))");
		assertThat(module.report().interpreted()).isEqualTo(1);
		ModuleInstance instance = TestModules.instance(module, TestModules.ZERO);
		assertThat(TestModules.call(instance, "f", 0x8000_0000_0000_0401L))
			.isEqualTo(Double.doubleToRawLongBits(0x1.0000000000001p63));
	}

	private static int size(String access) {
		String bits = access.replaceFirst(".*(load|store)", "").replaceFirst("_.*", "");
		return Integer.parseInt(bits.isEmpty() ? access.substring(1, 3) : bits) / 8;
	}

	private static void assertTraps(ModuleInstance instance, String function, long... arguments) {
		assertThatExceptionOfType(GuestTrapException.class).as(function + Arrays.toString(arguments))
			.isThrownBy(() -> TestModules.call(instance, function, arguments))
			.withMessageContaining("out of bounds");
	}

	private static void assertSame(long actual, long expected) {
		double number = Double.longBitsToDouble(expected);
		if (Double.isNaN(number)) {
			assertThat(Float.isNaN(Float.intBitsToFloat((int) actual)) && (actual & QUIET) != 0).isTrue();
		}
		else {
			assertThat((int) actual).isEqualTo(Float.floatToRawIntBits((float) number));
		}
	}

	private static void assertSameLong(long actual, long expected) {
		if (Double.isNaN(Double.longBitsToDouble(expected))) {
			assertThat(Double.isNaN(Double.longBitsToDouble(actual)) && (actual & LONG_QUIET) != 0).isTrue();
		}
		else {
			assertThat(actual).isEqualTo(expected);
		}
	}

	private static long widen(int bits) {
		return Double.doubleToRawLongBits(Float.intBitsToFloat(bits));
	}

	private static LongUnaryOperator round(DoubleUnaryOperator operator) {
		return (bits) -> Double.doubleToRawLongBits(operator.applyAsDouble(Double.longBitsToDouble(bits)));
	}

	private static LongBinaryOperator choose(DoubleBinaryOperator operator) {
		return (a, b) -> Double
			.doubleToRawLongBits(operator.applyAsDouble(Double.longBitsToDouble(a), Double.longBitsToDouble(b)));
	}

	private static String unary(String name) {
		return function("f32", "i32", name, "i32", 1) + function("f64", "i64", name, "i64", 1);
	}

	private static String binary(String name) {
		return function("f32", "i32", name, "i32", 2) + function("f64", "i64", name, "i64", 2);
	}

	private static String function(String type, String bits, String name, String result, int operands) {
		StringBuilder wat = new StringBuilder("(func (export \"" + type + "." + name + "\") (param");
		wat.append((" " + bits).repeat(operands)).append(") (result ").append(result).append(") (");
		wat.append(result).append(".reinterpret_").append(type).append(" (").append(type).append('.').append(name);
		for (int i = 0; i < operands; i++) {
			wat.append(" (").append(type).append(".reinterpret_").append(bits).append(" (local.get ").append(i);
			wat.append("))");
		}
		return wat.append(")))\n").toString();
	}

	/** The ways to execute the functions. */
	enum Mode {

		COMPILED {

			@Override
			ModuleInstance instance(String functions) {
				return TestModules.instance("(module " + functions + ")");
			}

		},

		INTERPRETED {

			@Override
			ModuleInstance instance(String functions) {
				return TestModules.instance(TestModules.interpret(TestModules.binary("(module " + functions + ")")),
						TestModules.ZERO);
			}

		};

		abstract ModuleInstance instance(String functions);

	}

}
