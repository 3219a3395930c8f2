package io.gatewaywasm.host.engine.chicory;

import java.util.HexFormat;

import io.gatewaywasm.host.engine.ModuleException;
import io.gatewaywasm.host.engine.ModuleInstance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link EmptyElementSegmentCheck} and for data segments without bytes.
 */
class EmptyElementSegmentCheckTests {

	@ParameterizedTest
	@ValueSource(longs = { 3, 4, 0x7fff_ffffL, 0x8000_0000L, 0xffff_ffffL })
	void emptySegmentBeyondItsTableOrMemoryIsRefused(long offset) {
		assertRefused("(module (table 2 funcref) (elem (i32.const " + offset + ")))", "table access");
		assertRefused("(module (table 2 funcref) (func) (elem (i32.const " + offset + ") 0))", "out of bounds");
		assertRefused("(module (memory 0) (data (i32.const " + offset + ") \"\"))", "memory access");
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 2 })
	void emptySegmentWithinItsTableOrAtItsEndIsAccepted(int offset) throws ModuleException {
		assertThat(instantiate(TestModules.binary("(module (table 2 funcref) (elem (i32.const " + offset + ")))")))
			.isNotNull();
		assertThat(instantiate(TestModules.binary("(module (memory 0) (data (i32.const 0) \"\"))"))).isNotNull();
	}

	@Test
	void emptySegmentBeyondTheSecondTableIsRefused() {
		assertRefused("(module (table 9 funcref) (table $b 2 funcref) (elem (table $b) (i32.const -1) funcref))",
				"table access");
	}

	/** Each offset is computed from an i32, which is global 0, and a second i32. */
	@ParameterizedTest
	@CsvSource({ "01, 01, 6a, true", "01, 02, 6a, false", "7f, 03, 6a, true", "01, 02, 6b, false", "05, 03, 6b, true",
			"03, 7f, 6c, false", "7f, 7e, 6c, true" })
	void offsetsAreComputedFromGlobals(String first, String second, String operator, boolean accepted)
			throws ModuleException {
		String table = "04 04 01 70 00 02";
		String globals = "06 0e 02 7f 00 41 " + first + " 0b 7f 00 23 00 41 " + second + operator + "0b";
		String elements = "09 06 01 00 23 01 0b 00";
		byte[] module = HexFormat.of().parseHex(("0061736d01000000" + table + globals + elements).replace(" ", ""));
		if (accepted) {
			assertThat(instantiate(module)).isNotNull();
		}
		else {
			assertThatExceptionOfType(ModuleException.class).isThrownBy(() -> instantiate(module))
				.withMessageContaining("out of bounds table access");
		}
	}

	private static ModuleInstance instantiate(byte[] wasm) throws ModuleException {
		return TestModules.compile(wasm).instantiate(TestModules.ZERO, TestModules.MEBIBYTE);
	}

	private static void assertRefused(String wat, String message) {
		assertThatExceptionOfType(Exception.class).isThrownBy(() -> instantiate(TestModules.binary(wat)))
			.withMessageContaining(message);
	}

}
