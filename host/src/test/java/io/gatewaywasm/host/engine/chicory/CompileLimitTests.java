package io.gatewaywasm.host.engine.chicory;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.FunctionBody;
import com.dylibso.chicory.wasm.types.FunctionType;
import com.dylibso.chicory.wasm.types.OpCode;
import io.gatewaywasm.host.engine.CompilationReport;
import io.gatewaywasm.host.engine.EngineOptions;
import io.gatewaywasm.host.engine.ModuleException;
import io.gatewaywasm.host.engine.binary.Leb128;
import io.gatewaywasm.host.engine.binary.ModuleBounds;
import io.gatewaywasm.host.engine.binary.ModuleParser;
import io.gatewaywasm.host.engine.binary.WasmBinary;
import io.gatewaywasm.host.fixture.GuestBinary;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static io.gatewaywasm.host.fixture.GuestBinary.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Tests for modules that take long to compile.
 */
@Tag("slow")
class CompileLimitTests {

	/** Instructions after these are unreachable. */
	private static final Set<OpCode> ENDS = Set.of(OpCode.UNREACHABLE, OpCode.RETURN, OpCode.BR, OpCode.BR_TABLE);

	/** {@code i64.const}, {@code drop}: four bytes of JVM bytecode. */
	private static final byte[] CONSTANT = { 0x42, 3, 0x1a };

	@ParameterizedTest
	@ValueSource(ints = { 16_384, 17_000, 60_000 })
	void functionThatIsTooLargeForAMethodIsKnownBeforehand(int constants) throws Exception {
		byte[] large = repeat(CONSTANT, constants);
		byte[] wasm = module(1, List.of(large, repeat(CONSTANT, 16_000), repeat(CONSTANT, 10), large, large));
		assertThat(new MethodSizes(ModuleParser.parse(wasm)).from(MethodSizes.LIMIT + 1)).containsExactly(0, 3, 4);
		CompilationReport report = TestModules.compile(wasm).report();
		assertThat(report.interpreted()).isEqualTo(3);
	}

	@Test
	void functionWhoseSizeIsUnderestimatedIsLeftToTheInterpreterToo() {
		// f64.const, f64.const, f64.min, drop: more bytecode than is counted
		byte[] code = { 0x44, 1, 2, 3, 4, 5, 6, 7, 8, 0x44, 1, 2, 3, 4, 5, 6, 7, 8, (byte) 0xa4, 0x1a };
		byte[] wasm = module(1, List.of(repeat(code, 7000), repeat(code, 100), repeat(code, 7500), repeat(code, 8000)));
		assertThat(TestModules.compile(wasm).report().interpreted()).isEqualTo(3);
	}

	@Test
	void functionThatFitsIsCompiledBesideOneWhoseSizeIsUnderestimated() {
		byte[] code = { 0x44, 1, 2, 3, 4, 5, 6, 7, 8, 0x44, 1, 2, 3, 4, 5, 6, 7, 8, (byte) 0xa4, 0x1a };
		byte[] healthy = repeat(CONSTANT, 16_000);
		byte[] wasm = module(1, List.of(repeat(code, 7000), healthy, healthy, repeat(code, 100)));
		assertThat(TestModules.compile(wasm).report().interpreted()).isEqualTo(1);
	}

	@Test
	void manyFunctionsWhoseSizesAreUnderestimatedAreLeftToTheInterpreter() {
		byte[] code = { 0x44, 1, 2, 3, 4, 5, 6, 7, 8, 0x44, 1, 2, 3, 4, 5, 6, 7, 8, (byte) 0xa4, 0x1a };
		List<byte[]> functions = new ArrayList<>();
		for (int i = 0; i < 6; i++) {
			functions.add(repeat(code, 6700 + 10 * i));
		}
		functions.add(repeat(CONSTANT, 10));
		assertThat(TestModules.compile(module(1, functions)).report().interpreted()).isEqualTo(6);
	}

	@Test
	void wallTimeCountsIfThePlatformDoesNotMeasureCpuTime() {
		AtomicLong clock = new AtomicLong();
		for (LongSupplier cpuTime : List.<LongSupplier>of(() -> -1, () -> {
			throw new UnsupportedOperationException();
		})) {
			CompileDeadline deadline = new CompileDeadline(Duration.ofSeconds(5), cpuTime, clock::get);
			clock.addAndGet(Duration.ofSeconds(5).toNanos());
			deadline.check();
			clock.addAndGet(1);
			assertThatExceptionOfType(CompileDeadline.ExceededException.class).isThrownBy(deadline::check)
				.withMessageContaining("within 5 s. Raise");
		}
		AtomicLong used = new AtomicLong();
		CompileDeadline deadline = new CompileDeadline(Duration.ofSeconds(5), used::get, clock::get);
		clock.addAndGet(Duration.ofDays(1).toNanos());
		deadline.check();
		used.addAndGet(Duration.ofSeconds(6).toNanos());
		assertThatExceptionOfType(CompileDeadline.ExceededException.class).isThrownBy(deadline::check)
			.withMessageContaining("of CPU time");
	}

	@ParameterizedTest
	@ValueSource(strings = { "body_rust.wasm", "headers_go.wasm", "body_go.wasm" })
	void functionsOfFiltersAreCompiled(String filter) throws Exception {
		assertThat(new MethodSizes(ModuleParser.parse(TestModules.filter(filter))).from(MethodSizes.LIMIT + 1))
			.isEmpty();
	}

	@Test
	void manyLocalVariablesWithManyJumpsAreLeftToTheInterpreter() {
		ByteArrayOutputStream body = new ByteArrayOutputStream();
		body.write(1);
		Leb128.writeUnsigned(body, 40_000);
		body.write(0x7f);
		// block, i32.const 0, br_if 0, end
		body.writeBytes(repeat(new byte[] { 0x02, 0x40, 0x41, 0, 0x0d, 0, 0x0b }, 3000));
		assertThat(TestModules.compile(binary(1, List.of(body.toByteArray()))).report().interpreted()).isEqualTo(1);
	}

	@Test
	void localVariablesTimesJumpsAreBoundedForAllFunctionsOfAClass() throws Exception {
		ByteArrayOutputStream body = new ByteArrayOutputStream();
		body.writeBytes(new byte[] { 1, 100, 0x7f });
		body.writeBytes(repeat(new byte[] { 0x02, 0x40, 0x41, 0, 0x0d, 0, 0x0b }, 600));
		List<byte[]> functions = new ArrayList<>(Collections.nCopies(40, body.toByteArray()));
		assertThat(new MethodSizes(ModuleParser.parse(binary(1, functions))).from(MethodSizes.LIMIT + 1))
			.hasSize(40 - (1 << 20) / 60_000);
		// The functions of another class
		functions.addAll(Collections.nCopies(88, new byte[] { 0 }));
		functions.addAll(Collections.nCopies(17, body.toByteArray()));
		assertThat(new MethodSizes(ModuleParser.parse(binary(1, functions))).from(MethodSizes.LIMIT + 1)).hasSize(23);
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource
	void functionThatCostsFarMoreThanItsBytesIsLeftToTheInterpreter(String name, byte[] code) {
		GuestBinary module = new GuestBinary();
		module.type(new int[0], IntStream.range(0, 1000).map((i) -> GuestBinary.I32).toArray());
		module.function(new int[0], new int[0], "run", code);
		assertThat(TestModules.compile(module.toByteArray()).report().interpreted()).isEqualTo(1);
	}

	static Stream<Arguments> functionThatCostsFarMoreThanItsBytesIsLeftToTheInterpreter() {
		byte[] constant = { 0x41, 0 };
		byte[] drop = { 0x1a };
		// block, i32.const 0, br_if 0, end
		byte[] jump = { 0x02, 0x40, 0x41, 0, 0x0d, 0, 0x0b };
		// try_table (catch_all 0)
		byte[] handler = { 0x1f, 0x40, 1, 2, 0 };
		byte[] moved = { 0x02, 2, 0x41, 0 };
		return Stream.of(
				arguments("operands below jumps",
						bytes(repeat(constant, 8000), repeat(jump, 8000), repeat(drop, 8000))),
				arguments("operands below selects", bytes(repeat(constant, 8000),
						repeat(new byte[] { 0x41, 0, 0x41, 0, 0x41, 0, 0x1b, 0x1a }, 4000), repeat(drop, 8000))),
				arguments("handlers around jumps",
						bytes(repeat(handler, 3000), repeat(jump, 4000), repeat(new byte[] { 0x0b }, 3000))),
				arguments("results that jumps move", bytes(moved, repeat(constant, 1000),
						repeat(new byte[] { 0x41, 0, 0x0d, 0 }, 400), 0x00, 0x0b, repeat(drop, 1000))));
	}

	@ParameterizedTest
	@CsvSource({ "0, 1000, 1200000", "0, 100000, 20000", "1000, 0, 4400000" })
	void typesThatTakeTooLongToValidateAreRefused(int parameters, int results, int code) {
		GuestBinary module = new GuestBinary();
		module.type(new int[parameters], new int[results]);
		module.function(new int[0], new int[0], "run", repeat(new byte[] { 0x01 }, code));
		assertThatExceptionOfType(ModuleException.class)
			.isThrownBy(() -> ModuleBounds.check(WasmBinary.of(module.toByteArray())))
			.withMessageContaining(Math.max(1, parameters) + " parameters or " + Math.max(1, results) + " results")
			.withMessageContaining("too long to validate");
	}

	@Test
	void typesOfGroupsAndReferencesAreRead() throws Exception {
		byte[] function = { 0x60, 2, 0x7f, 0x63, (byte) 0x80, 1, 1, 0x64, 0x70 };
		for (byte[] type : List.of(function, bytes(0x4e, 2, function, 0x4f, 0, function))) {
			ByteArrayOutputStream module = new ByteArrayOutputStream();
			module.writeBytes(new byte[] { 0, 'a', 's', 'm', 1, 0, 0, 0 });
			section(module, 1, bytes(1, type));
			ModuleBounds.check(WasmBinary.of(module.toByteArray()));
			ByteArrayOutputStream cut = new ByteArrayOutputStream();
			cut.writeBytes(new byte[] { 0, 'a', 's', 'm', 1, 0, 0, 0 });
			section(cut, 1, bytes(2, type));
			assertThatExceptionOfType(ModuleException.class)
				.isThrownBy(() -> ModuleBounds.check(WasmBinary.of(cut.toByteArray())))
				.withMessageContaining("ends within type");
		}
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource
	void functionOfManyBlocksIsCompiled(String name, byte[] code) {
		assertThat(TestModules.compile(module(1, Collections.nCopies(3, code))).report().interpreted()).isZero();
	}

	static Stream<Arguments> functionOfManyBlocksIsCompiled() {
		byte[] end = { 0x0b };
		return Stream.of(
				arguments("nested ifs", bytes(repeat(new byte[] { 0x41, 0, 0x04, 0x40 }, 5000), repeat(end, 5000))),
				arguments("nested loops", bytes(repeat(new byte[] { 0x03, 0x40 }, 10_000), repeat(end, 10_000))),
				arguments("loops", repeat(new byte[] { 0x03, 0x40, 0x41, 0, 0x0d, 0, 0x0b }, 2000)),
				arguments("tail calls", repeat(new byte[] { 0x41, 0, 0x04, 0x40, 0x12, 0, 0x0b }, 2000)),
				arguments("selects", repeat(new byte[] { 0x41, 0, 0x41, 0, 0x41, 0, 0x1b, 0x1a }, 3000)));
	}

	@Test
	void hundredThousandNestedIfsAreLeftToTheInterpreter() {
		byte[] code = bytes(repeat(new byte[] { 0x41, 0, 0x04, 0x40 }, 100_000), repeat(new byte[] { 0x0b }, 100_000));
		assertThat(TestModules.compile(module(1, List.of(code))).report().interpreted()).isEqualTo(1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "body_rust.wasm", "headers_go.wasm", "headers_as.wasm", "body_go.wasm" })
	void operandsOfFiltersAreCounted(String filter) throws Exception {
		WasmModule module = ModuleParser.parse(TestModules.filter(filter));
		int counted = 0;
		for (int i = 0; i < module.codeSection().functionBodyCount(); i++) {
			FunctionBody body = module.codeSection().getFunctionBody(i);
			FunctionType type = module.typeSection().getType(module.functionSection().getFunctionType(i));
			int size = body.instructions().size();
			if (size > 1 && !ENDS.contains(body.instructions().get(size - 2).opcode())) {
				assertThat(FrameCosts.of(module, body, type.params().size()).height()).as("function %s", i)
					.isEqualTo(type.returns().size());
				counted++;
			}
		}
		assertThat(counted).isGreaterThan(50);
	}

	@Test
	void moduleWithTooManyTypesForItsFunctionsIsRefused() {
		byte[] wasm = module(2500, Collections.nCopies(100_000, new byte[0]));
		assertThatExceptionOfType(ModuleException.class)
			.isThrownBy(() -> ChicoryEngine.create(EngineOptions.defaults()).compile(wasm))
			.withMessageContaining("2500 types and 100000 functions");
	}

	@Test
	void compilingEndsWhenItsTimeIsUsedUp() {
		byte[] wasm = module(1, Collections.nCopies(400, repeat(CONSTANT, 300)));
		EngineOptions options = EngineOptions.defaults().withCompileTimeout(Duration.ofMillis(1));
		assertThatExceptionOfType(ModuleException.class).isThrownBy(() -> ChicoryEngine.create(options).compile(wasm))
			.withMessageContaining("gateway.wasm.compile-timeout");
		assertThat(TestModules.compile(wasm).report().interpreted()).isZero();
	}

	private static byte[] repeat(byte[] code, int times) {
		ByteArrayOutputStream repeated = new ByteArrayOutputStream();
		for (int i = 0; i < times; i++) {
			repeated.writeBytes(code);
		}
		return repeated.toByteArray();
	}

	@Test
	void offsetsOfDataAreBoundedBeforeTheyAreParsed() throws Exception {
		ByteArrayOutputStream offset = new ByteArrayOutputStream();
		offset.writeBytes(new byte[] { 1, 0, 0x41, 0 });
		offset.writeBytes(repeat(new byte[] { 0x41, 0, 0x6a }, 400_000));
		offset.writeBytes(new byte[] { 0x0b, 0 });
		assertRefused(offset.toByteArray(), "bytes in the offsets of its data");
		assertRefused(new byte[] { 1, 0, 0x01, 0x0b, 0 }, "0x01, which is not constant");
		assertRefused(new byte[] { 1, 0, 0x41, 0, 0x0b, 5 }, "ends within a segment");
		assertRefused(new byte[] { (byte) 0xa1, (byte) 0x8d, 0x06 }, "100001 data segments");
		assertBounds(new byte[] { 3, 1, 1, 7, 0, 0x41, (byte) 0x80, 1, 0x0b, 1, 7, 2, 0, 0x23, 0, 0x0b, 0 });
	}

	private static void assertRefused(byte[] data, String reason) {
		assertThatExceptionOfType(ModuleException.class).isThrownBy(() -> assertBounds(data))
			.withMessageContaining(reason);
	}

	private static void assertBounds(byte[] data) throws ModuleException {
		ByteArrayOutputStream module = new ByteArrayOutputStream();
		module.writeBytes(new byte[] { 0, 'a', 's', 'm', 1, 0, 0, 0 });
		section(module, 11, data);
		ModuleBounds.check(WasmBinary.of(module.toByteArray()));
	}

	/** Creates a module of functions without parameters, results or local variables. */
	static byte[] module(int types, List<byte[]> functions) {
		List<byte[]> bodies = new ArrayList<>();
		for (byte[] function : functions) {
			ByteArrayOutputStream body = new ByteArrayOutputStream();
			body.write(0);
			body.writeBytes(function);
			bodies.add(body.toByteArray());
		}
		return binary(types, bodies);
	}

	private static byte[] binary(int types, List<byte[]> bodies) {
		ByteArrayOutputStream typeSection = new ByteArrayOutputStream();
		Leb128.writeUnsigned(typeSection, types);
		for (int i = 0; i < types; i++) {
			typeSection.writeBytes(new byte[] { 0x60, 0, 0 });
		}
		ByteArrayOutputStream functionSection = new ByteArrayOutputStream();
		Leb128.writeUnsigned(functionSection, bodies.size());
		ByteArrayOutputStream codeSection = new ByteArrayOutputStream();
		Leb128.writeUnsigned(codeSection, bodies.size());
		for (byte[] body : bodies) {
			functionSection.write(0);
			Leb128.writeUnsigned(codeSection, body.length + 1);
			codeSection.writeBytes(body);
			codeSection.write(0x0b);
		}
		ByteArrayOutputStream module = new ByteArrayOutputStream();
		module.writeBytes(new byte[] { 0, 'a', 's', 'm', 1, 0, 0, 0 });
		section(module, 1, typeSection.toByteArray());
		section(module, 3, functionSection.toByteArray());
		section(module, 10, codeSection.toByteArray());
		return module.toByteArray();
	}

	private static void section(ByteArrayOutputStream module, int id, byte[] content) {
		module.write(id);
		Leb128.writeUnsigned(module, content.length);
		module.writeBytes(content);
	}

}
