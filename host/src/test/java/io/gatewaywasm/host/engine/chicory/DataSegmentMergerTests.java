package io.gatewaywasm.host.engine.chicory;

import java.util.Arrays;
import java.util.Random;
import java.util.Set;

import com.dylibso.chicory.wasm.WasmModule;
import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.engine.ModuleException;
import io.gatewaywasm.host.engine.ModuleInstance;
import io.gatewaywasm.host.engine.binary.ModuleParser;
import io.gatewaywasm.host.engine.binary.ModuleShape;
import io.gatewaywasm.host.engine.binary.RuntimeModule;
import io.gatewaywasm.host.engine.binary.WasmBinary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class DataSegmentMergerTests {

	@Test
	void neighborsBecomeOneSegment() throws ModuleException {
		String wat = """
				(module (memory 1) (data (i32.const 200) "c") (data (i32.const 100) "a") (data (i32.const 110) "b")
				  (data (i32.const 65535) "z") (data (i32.const 300) "\\00\\00"))""";
		assertThat(stripped(wat).dataSection().dataSegmentCount()).isEqualTo(3);
		ModuleInstance instance = TestModules.instance(wat);
		assertThat(instance.memory().read(99, 13)).containsExactly(0, 'a', 0, 0, 0, 0, 0, 0, 0, 0, 0, 'b', 0);
		assertThat(instance.memory().read(200, 1)).containsExactly('c');
		assertThat(instance.memory().read(65535, 1)).containsExactly('z');
	}

	@Test
	void laterSegmentCoversEarlierOne() {
		ModuleInstance instance = TestModules.instance(
				"""
						(module (memory 1) (data (i32.const 10) "aaaaaa") (data (i32.const 12) "\\00b") (data (i32.const 8) "ccc"))""");
		assertThat(instance.memory().read(7, 10)).containsExactly(0, 'c', 'c', 'c', 'a', 0, 'b', 'a', 'a', 0);
	}

	@Test
	void anySegmentsGiveTheSameMemory() {
		Random random = new Random(7);
		for (int round = 0; round < 50; round++) {
			StringBuilder wat = new StringBuilder("(module (memory 1)");
			byte[] expected = new byte[65536];
			for (int i = 0; i < random.nextInt(30); i++) {
				int address = random.nextInt(1000) + random.nextInt(2) * 60000;
				byte[] content = new byte[random.nextInt(200)];
				random.nextBytes(content);
				wat.append("(data (i32.const ").append(address).append(") \"");
				for (int j = 0; j < content.length; j++) {
					content[j] = (random.nextInt(3) == 0) ? content[j] : 0;
					expected[address + j] = content[j];
					wat.append(String.format("\\%02x", content[j]));
				}
				wat.append("\")");
			}
			assertThat(TestModules.instance(wat.append(")").toString()).memory().read(0, 65536)).isEqualTo(expected);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "(data (i32.const 65535) \"ab\")", "(data (i32.const -1) \"a\")",
			"(data (i32.const 65537) \"\")" })
	void segmentOutsideTheMemoryIsStillRefused(String segment) {
		CompiledModule module = TestModules.compile("(module (memory 1) (data (i32.const 0) \"x\") " + segment + ")");
		assertThatExceptionOfType(ModuleException.class)
			.isThrownBy(() -> module.instantiate(TestModules.ZERO, TestModules.MEBIBYTE))
			.withMessageContaining("data segment");
	}

	@Test
	void segmentsAreLeftAloneIfTheirNumbersMatter() throws ModuleException {
		String wat = """
				(module (memory 1) (data (i32.const 0) "a") (data (i32.const 1) "b") (data $p "cd")
				  (func (export "f") (memory.init $p (i32.const 8) (i32.const 0) (i32.const 2))))""";
		assertThat(stripped(wat).dataSection().dataSegmentCount()).isEqualTo(3);
		ModuleInstance instance = TestModules.instance(wat);
		TestModules.call(instance, "f");
		assertThat(instance.memory().read(0, 10)).containsExactly('a', 'b', 0, 0, 0, 0, 0, 0, 'c', 'd');
	}

	@Test
	void segmentsAtComputedAddressesAreLeftAlone() throws ModuleException {
		byte[] wasm = TestModules.binary("""
				(module (memory 1) (global $g i32 (i32.const 5))
				  (data (i32.const 0) "a") (data (i32.const 1) "b") (data (i32.const 3) "c"))""");
		// The text compiler used here does not accept a global at this place
		assertThat(Arrays.copyOfRange(wasm, wasm.length - 5, wasm.length)).containsExactly(0x41, 3, 0x0b, 1, 'c');
		wasm[wasm.length - 5] = 0x23;
		wasm[wasm.length - 4] = 0;
		assertThat(stripped(wasm).dataSection().dataSegmentCount()).isEqualTo(3);
		assertThat(TestModules.instance(TestModules.compile(wasm), TestModules.ZERO).memory().read(0, 6))
			.containsExactly('a', 'b', 0, 0, 0, 'c');
	}

	private static WasmModule stripped(String wat) throws ModuleException {
		return stripped(TestModules.binary(wat));
	}

	private static WasmModule stripped(byte[] wasm) throws ModuleException {
		WasmModule module = ModuleParser.parse(wasm);
		return RuntimeModule.parse(RuntimeModule.strip(WasmBinary.of(wasm), ModuleShape.of(module),
				ModuleParser.instructions(module), Set.of()));
	}

}
