package io.gatewaywasm.host.engine.binary;

import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.engine.EngineOptions;
import io.gatewaywasm.host.engine.GuestTrapException;
import io.gatewaywasm.host.engine.ModuleException;
import io.gatewaywasm.host.engine.ModuleInstance;
import io.gatewaywasm.host.engine.WasmEngine;
import io.gatewaywasm.host.engine.chicory.TestModules;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assertions.assertTimeout;

class SourceLinesTests {

	private static final Duration BOUND = Duration.ofSeconds(20);

	private static final byte[] GUEST = TestModules.binary("""
			(module (memory 1)
			  (func $inner (param i32) (result i32) (i32.load (local.get 0)))
			  (func (export "outer") (param i32) (result i32)
			    (block (br_if 0 (local.get 0)) (loop (br 0)) (unreachable))
			    (call $inner (i32.sub (i32.const 0) (local.get 0)))))""");

	private static final int INNER = DebugInformation.start(GUEST, 0);

	private static final int OUTER = DebugInformation.start(GUEST, 1);

	private static final Consumer<ByteArrayOutputStream> LINES = (program) -> {
		DebugInformation.line(program, OUTER, 70_000, 30);
		DebugInformation.line(program, INNER, 7, 5);
		// A function that the linker removed
		DebugInformation.line(program, 0, 3, 1000);
		DebugInformation.line(program, -1, 4, 1000);
	};

	@ParameterizedTest
	@ValueSource(ints = { 2, 3, 4, 5 })
	void eachVersionGivesFileAndLine(int version) {
		byte[] unit = DebugInformation.unit(version, LINES, "src", "a.c");
		assertThat(stack(with(unit))).containsExactly("function[0] (src/a.c:7)", "outer (src/a.c:70000)");
	}

	@Test
	void absolutePathsDoNotSayWhereTheModuleWasBuilt() {
		byte[] unit = DebugInformation.unit(4, LINES, "/home/alice/secret/crates/thing-1.0/src", "a.c");
		assertThat(stack(with(unit)).get(0)).isEqualTo("function[0] (crates/thing-1.0/src/a.c:7)");
	}

	@Test
	void pathsCannotForgeLines() {
		byte[] unit = DebugInformation.unit(4, LINES, "src", "a.c\n2026 ERROR forged");
		assertThat(stack(with(unit)).get(0)).isEqualTo("function[0] (src/a.c\\n2026 ERROR forged:7)");
	}

	@Test
	void linesAreKeptInTheCache(@TempDir Path directory) throws ModuleException {
		byte[] wasm = with(DebugInformation.unit(5, LINES, "src", "a.c"));
		WasmEngine engine = WasmEngine.create(EngineOptions.defaults().withCacheDirectory(directory));
		List<String> first = stack(engine.compile(wasm));
		CompiledModule cached = engine.compile(wasm);
		assertThat(cached.report().cached()).isTrue();
		assertThat(stack(cached)).isEqualTo(first).contains("outer (src/a.c:70000)");
	}

	@Test
	void moduleWithoutDebugInformationHasNoLineNumbers() throws ModuleException {
		assertThat(SourceLines.extract(WasmBinary.of(GUEST))).isEmpty();
		assertThat(stack(GUEST)).containsExactly("function[0]", "outer");
	}

	@Test
	void partsOfLargeFunctionsHaveTheLineOfTheirInstruction() {
		StringBuilder body = new StringBuilder();
		for (int i = 0; i < 2_000; i++) {
			body.append("(local.set 1 (i32.add (local.get 1) (i32.load (i32.mul (local.get 0) (i32.const 8)))))\n");
		}
		byte[] wasm = TestModules
			.binary("(module (memory 1) (func (export \"outer\") (param i32) (result i32) (local i32)" + body
					+ "(i32.load (i32.const -4))))");
		int start = DebugInformation.start(wasm, 0);
		byte[] unit = DebugInformation.unit(4, (program) -> {
			DebugInformation.line(program, start, 1, 20);
			DebugInformation.line(program, start + 20, 2, 40_000);
		}, "src", "a.c");
		byte[] module = DebugInformation.append(wasm, ".debug_line", unit);
		assertThat(stack(module)).containsExactly("outer (src/a.c:2)");
		// The first instruction fails
		assertThat(stack(TestModules.compile(module), 0x0fff_ffff)).containsExactly("outer (src/a.c:1)");
	}

	static Stream<Arguments> hostile() {
		return Stream.of(Arguments.of("a file table without end", (UnaryOperator<byte[]>) (ok) -> {
			ByteArrayOutputStream unit = new ByteArrayOutputStream();
			unit.writeBytes(DebugInformation.number(5, 2));
			unit.writeBytes(new byte[] { 4, 0 });
			byte[] header = { 1, 1, 1, -5, 14, 13, 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1, 0, -1, -1, -1, -1, -1, -1, -1,
					-1, 0x7f };
			unit.writeBytes(DebugInformation.number(header.length, 4));
			unit.writeBytes(header);
			return length(unit.toByteArray());
		}), Arguments.of("a range of lines of zero", (UnaryOperator<byte[]>) (ok) -> {
			byte[] unit = ok.clone();
			// The byte after the length, the version and the header length
			unit[14] = 0;
			return unit;
		}), Arguments.of("a length beyond the section", (UnaryOperator<byte[]>) (ok) -> {
			byte[] unit = ok.clone();
			Arrays.fill(unit, 0, 4, (byte) 0xee);
			return unit;
		}), Arguments.of("16 million rows", (UnaryOperator<byte[]>) (ok) -> DebugInformation.unit(4, (program) -> {
			program.writeBytes(new byte[] { 0, 5, 2 });
			program.writeBytes(DebugInformation.number(INNER, 4));
			byte[] rows = new byte[16 << 20];
			Arrays.fill(rows, (byte) 13);
			program.writeBytes(rows);
		}, "src", "a.c")), Arguments.of("a number without end",
				(UnaryOperator<byte[]>) (ok) -> DebugInformation.unit(4, (program) -> {
					byte[] digits = new byte[1 << 20];
					Arrays.fill(digits, (byte) 0xff);
					program.write(2);
					program.writeBytes(digits);
				}, "src", "a.c")), Arguments.of("four million files with one long name",
						(UnaryOperator<byte[]>) (ok) -> DebugInformation.unit(4, (program) -> {
							for (int i = 0; i < 4 << 20; i++) {
								program.writeBytes(new byte[] { 4, 1, 1 });
							}
						}, "d".repeat(4000), "f".repeat(4000))),
				Arguments.of("an instruction of no operands and no end",
						(UnaryOperator<byte[]>) (ok) -> DebugInformation.unit(4,
								(program) -> program.writeBytes(new byte[] { 0, 0, 0, 0x7f, 2 }), "src", "a.c")));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("hostile")
	void hostileDebugInformationCostsOnlyTheLines(String shape, UnaryOperator<byte[]> change) {
		byte[] ok = DebugInformation.unit(4, LINES, "src", "a.c");
		byte[] module = with(change.apply(ok));
		List<String> stack = assertTimeout(BOUND, () -> stack(module));
		assertThat(stack).hasSize(2);
		assertThat(stack.get(1)).startsWith("outer");
	}

	@Test
	void unitAfterOneThatIsBrokenIsRead() {
		byte[] broken = DebugInformation.unit(5, LINES, "src", "a.c");
		broken[4] = 99;
		ByteArrayOutputStream both = new ByteArrayOutputStream();
		both.writeBytes(broken);
		both.writeBytes(DebugInformation.unit(5, LINES, "src", "b.c"));
		assertThat(stack(with(both.toByteArray())).get(0)).isEqualTo("function[0] (src/b.c:7)");
	}

	@Test
	void randomChangesNeverKeepAModuleFromRunning() {
		Random random = new Random(18);
		for (int i = 0; i < 300; i++) {
			byte[] unit = DebugInformation.unit(4 + i % 2, LINES, "src", "a.c");
			for (int j = 0; j <= i % 5; j++) {
				unit[random.nextInt(unit.length)] = (byte) random.nextInt();
			}
			try {
				byte[] lines = SourceLines.extract(WasmBinary.of(with(unit)));
				if (i % 20 == 0) {
					assertThat(stack(with(unit))).hasSize(2);
				}
				new SourceLines(lines).at(0, 1);
			}
			catch (ModuleException ex) {
				throw new AssertionError(ex);
			}
		}
	}

	private static byte[] length(byte[] unit) {
		ByteArrayOutputStream whole = new ByteArrayOutputStream();
		whole.writeBytes(DebugInformation.number(unit.length, 4));
		whole.writeBytes(unit);
		return whole.toByteArray();
	}

	private static byte[] with(byte[] lines) {
		return DebugInformation.append(GUEST, ".debug_line", lines);
	}

	private static List<String> stack(byte[] wasm) {
		return stack(TestModules.compile(wasm));
	}

	private static List<String> stack(CompiledModule module) {
		return stack(module, 4);
	}

	private static List<String> stack(CompiledModule module, long argument) {
		ModuleInstance instance = TestModules.instance(module, TestModules.ZERO);
		return assertThatExceptionOfType(GuestTrapException.class)
			.isThrownBy(() -> TestModules.call(instance, "outer", argument))
			.actual()
			.guestStack();
	}

}
