package io.gatewaywasm.host.engine;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for modules that take long to compile.
 */
class CompileLimitTests {

	/** {@code i64.const}, {@code drop}: four bytes of JVM bytecode. */
	private static final byte[] CONSTANT = { 0x42, 3, 0x1a };

	@ParameterizedTest
	@ValueSource(ints = { 16_384, 17_000, 60_000 })
	void functionThatIsTooLargeForAMethodIsKnownBeforehand(int constants) throws Exception {
		byte[] large = repeat(CONSTANT, constants);
		byte[] wasm = module(1, List.of(large, repeat(CONSTANT, 16_000), repeat(CONSTANT, 10), large, large));
		assertThat(new MethodSizes(ModuleParser.parse(wasm)).from(MethodSizes.LIMIT + 1)).containsExactly(0, 3, 4);
		CompilationReport report = Wat.compile(wasm).report();
		assertThat(report.interpreted()).isEqualTo(3);
	}

	@Test
	void functionWhoseSizeIsUnderestimatedIsLeftToTheInterpreterToo() {
		// f64.const, f64.const, f64.min, drop: more than is counted
		byte[] code = { 0x44, 1, 2, 3, 4, 5, 6, 7, 8, 0x44, 1, 2, 3, 4, 5, 6, 7, 8, (byte) 0xa4, 0x1a };
		byte[] wasm = module(1, List.of(repeat(code, 7000), repeat(code, 100), repeat(code, 7500), repeat(code, 8000)));
		assertThat(Wat.compile(wasm).report().interpreted()).isEqualTo(3);
	}

	@Test
	void functionThatFitsIsCompiledBesideOneWhoseSizeIsUnderestimated() {
		byte[] code = { 0x44, 1, 2, 3, 4, 5, 6, 7, 8, 0x44, 1, 2, 3, 4, 5, 6, 7, 8, (byte) 0xa4, 0x1a };
		byte[] healthy = repeat(CONSTANT, 16_000);
		byte[] wasm = module(1, List.of(repeat(code, 7000), healthy, healthy, repeat(code, 100)));
		assertThat(Wat.compile(wasm).report().interpreted()).isEqualTo(1);
	}

	@Test
	void manyFunctionsWhoseSizesAreUnderestimatedAreLeftToTheInterpreter() {
		byte[] code = { 0x44, 1, 2, 3, 4, 5, 6, 7, 8, 0x44, 1, 2, 3, 4, 5, 6, 7, 8, (byte) 0xa4, 0x1a };
		List<byte[]> functions = new ArrayList<>();
		for (int i = 0; i < 6; i++) {
			functions.add(repeat(code, 6700 + 10 * i));
		}
		functions.add(repeat(CONSTANT, 10));
		assertThat(Wat.compile(module(1, functions)).report().interpreted()).isEqualTo(6);
	}

	@Test
	void clockCountsIfThereIsNoCpuTime() {
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
		assertThat(new MethodSizes(ModuleParser.parse(Wat.filter(filter))).from(MethodSizes.LIMIT + 1)).isEmpty();
	}

	@Test
	void manyLocalVariablesWithManyJumpsAreLeftToTheInterpreter() {
		ByteArrayOutputStream body = new ByteArrayOutputStream();
		body.write(1);
		Leb128.writeUnsigned(body, 40_000);
		body.write(0x7f);
		// block, i32.const 0, br_if 0, end
		body.writeBytes(repeat(new byte[] { 0x02, 0x40, 0x41, 0, 0x0d, 0, 0x0b }, 3000));
		assertThat(Wat.compile(binary(1, List.of(body.toByteArray()))).report().interpreted()).isEqualTo(1);
	}

	@Test
	void localVariablesTimesJumpsAreBoundedForAllFunctionsOfAClass() throws Exception {
		ByteArrayOutputStream body = new ByteArrayOutputStream();
		body.writeBytes(new byte[] { 1, 100, 0x7f });
		body.writeBytes(repeat(new byte[] { 0x02, 0x40, 0x41, 0, 0x0d, 0, 0x0b }, 600));
		List<byte[]> functions = new ArrayList<>(Collections.nCopies(40, body.toByteArray()));
		MethodSizes sizes = new MethodSizes(ModuleParser.parse(binary(1, functions)));
		assertThat(sizes.from(MethodSizes.LIMIT + 1)).hasSize(40 - (1 << 20) / 60_000);
		assertThat(sizes.frameBytes()).isEqualTo(17 * 60_000 * 12);
		// The functions of another class
		functions.addAll(Collections.nCopies(88, new byte[] { 0 }));
		functions.addAll(Collections.nCopies(17, body.toByteArray()));
		assertThat(new MethodSizes(ModuleParser.parse(binary(1, functions))).from(MethodSizes.LIMIT + 1)).hasSize(23);
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
		assertThat(Wat.compile(wasm).report().interpreted()).isZero();
	}

	private static byte[] repeat(byte[] code, int times) {
		ByteArrayOutputStream repeated = new ByteArrayOutputStream();
		for (int i = 0; i < times; i++) {
			repeated.writeBytes(code);
		}
		return repeated.toByteArray();
	}

	/** Makes a module of functions without parameters, results and local variables. */
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
