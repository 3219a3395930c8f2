package io.gatewaywasm.host.engine.chicory;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

import io.gatewaywasm.host.abi.FunctionImport;
import io.gatewaywasm.host.abi.FunctionSignature;
import io.gatewaywasm.host.engine.CompiledModule;
import io.gatewaywasm.host.engine.EngineOptions;
import io.gatewaywasm.host.engine.ModuleException;
import io.gatewaywasm.host.engine.ModuleInstance;
import io.gatewaywasm.host.engine.WasmEngine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ChicoryEngineTests {

	private static final byte[] HEADER = { 0, 'a', 's', 'm', 1, 0, 0, 0 };

	private final WasmEngine engine = ChicoryEngine.create(EngineOptions.defaults());

	@Test
	void describesItself() {
		assertThat(this.engine.description()).matches("Chicory 1\\.\\d+\\.\\d+");
	}

	@Test
	void compiledModuleShowsImportsAndExportsInOrder() throws ModuleException {
		CompiledModule module = this.engine.compile(TestModules.binary("""
				(module
				  (import "env" "b" (func (param i32 i64) (result i32)))
				  (import "env" "a" (func (param f64)))
				  (memory 3)
				  (func (export "z") (param f32) (result i64) (i64.const 1))
				  (func (export "y"))
				  (export "memory" (memory 0)))"""));
		assertThat(module.imports()).containsExactly(
				new FunctionImport("env", "b", new FunctionSignature(List.of("i32", "i64"), List.of("i32"))),
				new FunctionImport("env", "a", new FunctionSignature(List.of("f64"), List.of())));
		assertThat(module.exports().keySet()).containsExactly("z", "y");
		assertThat(module.exports().get("z")).hasToString("(f32)->(i64)");
		assertThat(module.initialMemory()).isEqualTo(3 * 65536);
		assertThat(module.report().functions()).isEqualTo(2);
		assertThat(module.report().interpreted()).isZero();
		assertThat(module.report().cached()).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "hello_world.wasm", "hello_world_abi_0_1_0.wasm" })
	void realFilterCompiles(String name) throws ModuleException {
		byte[] wasm = TestModules.filter(name);
		CompiledModule module = this.engine.compile(wasm);
		assertThat(module.size()).isEqualTo(wasm.length);
		assertThat(module.sha256()).matches("[0-9a-f]{64}");
		assertThat(module.exports()).containsKey("proxy_on_context_create");
		assertThat(module.imports()).isNotEmpty();
		assertThat(module.report().interpreted()).isZero();
		assertThat(module.report().duration()).isPositive();
		assertThat(module.instantiate(TestModules.ZERO, 64 * TestModules.MEBIBYTE).memory().size())
			.isEqualTo(module.initialMemory());
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			<!DOCTYPE html><html>            | an HTML or XML page: an error or login page may have come in its place.
			{"schemaVersion":2}              | JSON
			(module (func))                  | WebAssembly text
			version https://git-lfs.github   | Git LFS pointer
			Not Found: no such file          | text: "Not Found
			PK\u0003\u0004 and the rest      | zip or jar
			""")
	void whatIsNotWasmIsRefusedWithItsLook(String content, String look) {
		assertRefused(content.getBytes(StandardCharsets.UTF_8)).withMessageContaining("not a WebAssembly module")
			.withMessageContaining(look);
	}

	@Test
	void gzipIsRefused() {
		assertRefused(new byte[] { 0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 3 }).withMessageContaining("gzip");
	}

	@Test
	void nothingIsRefused() {
		assertRefused(new byte[0]).withMessageContaining("empty");
	}

	@Test
	void componentIsRefused() {
		assertRefused(new byte[] { 0, 'a', 's', 'm', 0x0d, 0, 1, 0 }).withMessageContaining("component");
	}

	@Test
	void otherVersionIsRefused() {
		assertRefused(new byte[] { 0, 'a', 's', 'm', 2, 0, 0, 0 }).withMessageContaining("version 00000002");
	}

	@ParameterizedTest
	@ValueSource(ints = { 2, 5, 9, 1000, 100000 })
	void truncatedModuleIsRefused(int length) {
		assertRefused(Arrays.copyOf(TestModules.filter("hello_world.wasm"), length)).withMessageContaining("truncated");
	}

	@ParameterizedTest
	@ValueSource(strings = { "hello_world.wasm", "headers_as.wasm", "headers_go.wasm", "traps_c.wasm" })
	void moduleThatWasReadAsTextIsRefused(String name) {
		byte[] filtered = new String(TestModules.filter(name), StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
		assertRefused(filtered).withMessageContaining("a tool has read it as text and replaced its bytes")
			.withMessageContaining("'nonFilteredFileExtensions'");
	}

	@Test
	void textInAModuleIsNoDamage() throws ModuleException {
		byte[] wasm = TestModules.binary("(module (memory 1) (data (i32.const 0) \"\\ef\\bf\\bd\"))");
		assertThat(this.engine.compile(wasm).size()).isEqualTo(wasm.length);
	}

	@Test
	void everyTruncationIsRefusedOrAModule() {
		byte[] wasm = TestModules.binary("(module (memory 1) (data (i32.const 0) \"abc\") (func (export \"f\")))");
		for (int length = 0; length < wasm.length; length++) {
			byte[] part = Arrays.copyOf(wasm, length);
			try {
				this.engine.compile(part);
			}
			catch (ModuleException ex) {
				assertThat(ex).hasMessageMatching("(?s).*(empty|truncated|not a WebAssembly|invalid).*");
			}
		}
	}

	@Test
	void damagedModuleNeverThrowsAnythingElse() {
		byte[] wasm = TestModules
			.binary("""
					(module (import "env" "f" (func (param i32))) (memory 1) (table 2 funcref) (global (mut i32) (i32.const 1))
					  (elem (i32.const 0) 0 1) (data (i32.const 0) "abc") (func (export "g") (call 0 (i32.const 1))))""");
		for (int position = 8; position < wasm.length; position++) {
			for (int value : new int[] { 0, 1, 0x7f, 0x80, 0xff }) {
				byte[] damaged = wasm.clone();
				damaged[position] = (byte) value;
				try {
					this.engine.compile(damaged).instantiate(TestModules.ZERO, TestModules.MEBIBYTE);
				}
				catch (ModuleException ex) {
					assertThat(ex).message().isNotBlank();
				}
			}
		}
	}

	@Test
	void invalidModuleIsRefused() {
		byte[] typeMismatch = concat(HEADER,
				new byte[] { 1, 5, 1, 0x60, 0, 1, 0x7f, 3, 2, 1, 0, 10, 4, 1, 2, 0, 0x0b });
		assertRefused(typeMismatch).withMessageContaining("invalid");
	}

	@Test
	void moduleLargerThanTheLimitIsRefused() {
		WasmEngine strict = ChicoryEngine.create(EngineOptions.defaults().withMaximumModuleSize(100));
		assertThatExceptionOfType(ModuleException.class).isThrownBy(() -> strict.compile(new byte[101]))
			.withMessageContaining("101 bytes")
			.withMessageContaining("100");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			(import "env" "memory" (memory 1))                       | memory 'env.memory'
			(import "env" "__indirect_function_table" (table 1 funcref)) | table 'env.__indirect_function_table'
			(import "env" "base" (global i32))                       | global 'env.base'
			""")
	void importOfAnythingButFunctionsIsRefused(String declaration, String name) {
		assertRefused(TestModules.binary("(module " + declaration + ")")).withMessageContaining(name);
	}

	@Test
	void sharedMemoryIsRefused() {
		byte[] shared = concat(HEADER, new byte[] { 5, 4, 1, 3, 1, 2 });
		assertRefused(shared).withMessageContaining("shared between threads");
	}

	@Test
	void vectorInstructionsAreRefusedByName() {
		byte[] wasm = TestModules.binary("(module (func (export \"f\") (drop (i8x16.splat (i32.const 1)))))");
		assertRefused(wasm).withMessageContaining("I8x16_SPLAT");
	}

	@Test
	void exportsHaveDifferentNamesAndExist() {
		String function = "0061736d0100000001040160000003020100";
		String body = "0a040102000b";
		assertRefused(HexFormat.of().parseHex(function + "0709020161000001610000" + body))
			.withMessageContaining("exports 'a' twice");
		for (String unknown : new String[] { "0001", "0100", "0200", "0300", "0400" }) {
			assertRefused(HexFormat.of().parseHex(function + "0705010161" + unknown + body))
				.withMessageContaining("does not exist");
		}
	}

	@Test
	void oversizedFunctionIsLeftToTheInterpreterAndReported() throws ModuleException {
		String body = "(local.set 0 (i32.add (local.get 0) (i32.const 100000)))\n".repeat(20_000);
		CompiledModule module = this.engine
			.compile(TestModules.binary("(module (func (export \"big\") (param i32) (result i32) " + body
					+ " (local.get 0)) (func (export \"small\") (result i32) (i32.const 7)))"));
		assertThat(module.report().interpreted()).isEqualTo(1);
		ModuleInstance instance = module.instantiate(TestModules.ZERO, TestModules.MEBIBYTE);
		assertThat((int) TestModules.call(instance, "big", 1)).isEqualTo(1 + 20_000 * 100_000);
		assertThat(TestModules.call(instance, "small")).isEqualTo(7);
	}

	@Test
	void methodBeyondTheLimitOfHotSpotIsReported() throws ModuleException {
		String body = "(local.set 0 (i32.add (local.get 0) (i32.const 1000)))\n".repeat(2_000);
		CompiledModule module = this.engine.compile(TestModules
			.binary("(module (func (export \"f\") (param i32) (result i32) " + body + " (local.get 0)))"));
		assertThat(module.report().hugeMethods()).isEqualTo(1);
		assertThat(module.report().interpreted()).isZero();
	}

	private org.assertj.core.api.ThrowableAssertAlternative<ModuleException> assertRefused(byte[] bytes) {
		return assertThatExceptionOfType(ModuleException.class).isThrownBy(() -> this.engine.compile(bytes));
	}

	private static byte[] concat(byte[] first, byte[] second) {
		byte[] joined = Arrays.copyOf(first, first.length + second.length);
		System.arraycopy(second, 0, joined, first.length, second.length);
		return joined;
	}

}
