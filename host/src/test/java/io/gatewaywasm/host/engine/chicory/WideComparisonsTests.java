package io.gatewaywasm.host.engine.chicory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;

import io.gatewaywasm.host.engine.ModuleException;
import io.gatewaywasm.host.engine.ModuleInstance;
import io.gatewaywasm.host.engine.binary.WasmBinary;
import io.gatewaywasm.host.engine.cache.CacheEntry;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link WideComparisons}. The JVM fault that it works around depends on when
 * HotSpot compiles a method, so these tests inspect the generated code.
 */
class WideComparisonsTests {

	private static final int[] NUMBERS = { 0, 1, 8, 11, -1, -64, Integer.MAX_VALUE, Integer.MIN_VALUE,
			Integer.MIN_VALUE + 11 };

	private static final Map<String, BiPredicate<Integer, Integer>> COMPARISONS = Map.of("lt_s", (a, b) -> a < b,
			"le_s", (a, b) -> a <= b, "gt_s", (a, b) -> a > b, "ge_s", (a, b) -> a >= b, "lt_u",
			(a, b) -> Integer.toUnsignedLong(a) < Integer.toUnsignedLong(b), "le_u",
			(a, b) -> Integer.toUnsignedLong(a) <= Integer.toUnsignedLong(b), "gt_u",
			(a, b) -> Integer.toUnsignedLong(a) > Integer.toUnsignedLong(b), "ge_u",
			(a, b) -> Integer.toUnsignedLong(a) >= Integer.toUnsignedLong(b));

	@Test
	void comparisonsHaveTheirMeaning() {
		ModuleInstance instance = TestModules.instance(module());
		COMPARISONS.forEach((name, comparison) -> {
			for (int a : NUMBERS) {
				for (int b : NUMBERS) {
					assertThat(TestModules.call(instance, name, a, b)).as("%s of %s and %s", name, a, b)
						.isEqualTo(comparison.test(a, b) ? 1 : 0);
				}
			}
		});
	}

	@Test
	void noFunctionComparesAsC2MayFold() throws Exception {
		assertThat(compiledCalls(TestModules.binary(module()))).hasSize(COMPARISONS.size())
			.allMatch((call) -> call.matches(".*MachineShaded\\.I32_(LT|LE|GT|GE)_[SU]"));
		assertThat(compiledCalls(TestModules.filter("probe_rust.wasm"))).hasSizeGreaterThan(500)
			.allMatch((call) -> call.matches(".*MachineShaded\\.I32_(LT|LE|GT|GE)_[SU]"));
	}

	/** Returns a module that exports each comparison by its name. */
	private static String module() {
		StringBuilder wat = new StringBuilder("(module (memory (export \"memory\") 1)");
		COMPARISONS.keySet()
			.forEach((name) -> wat.append("(func (export \"")
				.append(name)
				.append("\") (param i32 i32) (result i32) (i32.")
				.append(name)
				.append(" (local.get 0) (local.get 1)))"));
		return wat.append(")").toString();
	}

	/** Returns the methods that the compiled functions call to compare 32-bit numbers. */
	private static List<String> compiledCalls(byte[] wasm) throws ModuleException {
		CacheEntry entry = Compilation.of(WasmBinary.of(wasm), "test.Machine", Duration.ofMinutes(2)).entry();
		assertThat(entry).isNotNull();
		List<String> calls = new ArrayList<>();
		entry.classes().classes().forEach((name, bytes) -> {
			if (name.contains("FuncGroup")) {
				new ClassReader(bytes).accept(new Calls(calls), ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
			}
		});
		return calls;
	}

	private static final class Calls extends ClassVisitor {

		private final List<String> calls;

		private Calls(List<String> calls) {
			super(Opcodes.ASM9);
			this.calls = calls;
		}

		@Override
		public MethodVisitor visitMethod(int access, String method, String descriptor, String signature,
				String[] exceptions) {
			return new MethodVisitor(Opcodes.ASM9) {

				@Override
				public void visitMethodInsn(int opcode, String owner, String name, String type, boolean isInterface) {
					if (name.matches("(?i)i32_(lt|le|gt|ge)_[su]")) {
						Calls.this.calls.add(owner + "." + name);
					}
				}

			};
		}

	}

}
