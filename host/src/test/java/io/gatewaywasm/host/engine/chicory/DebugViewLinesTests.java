package io.gatewaywasm.host.engine.chicory;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.dylibso.chicory.wasm.WasmModule;
import io.gatewaywasm.host.engine.binary.FunctionNames;
import io.gatewaywasm.host.engine.binary.SourceLines;
import io.gatewaywasm.host.engine.cache.CompiledClasses;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link DebugView} with classes that have more rows of lines than a class file
 * can number.
 */
class DebugViewLinesTests {

	private static final int FUNCTIONS = 3;

	/** Fewer than a class can have, but more than a third of it. */
	private static final int ROWS = 30_000;

	private static final String CLASS = "test.FuncGroup_0";

	private final Logger logger = (Logger) LoggerFactory.getLogger(DebugView.class);

	private final ListAppender<ILoggingEvent> log = new ListAppender<>();

	@BeforeEach
	void listen() {
		this.log.start();
		this.logger.addAppender(this.log);
	}

	@AfterEach
	void stopListening() {
		this.logger.detachAppender(this.log);
	}

	@Test
	void rowsThatNoMethodUsesTakeNoLineNumber() {
		DebugView.Result view = view(1000);
		assertThat(lastLines(view)).hasSize(FUNCTIONS)
			.allSatisfy((method, line) -> assertThat(stackOf(view, new StackTraceElement(CLASS, method, null, line)))
				.matches("function\\[[0-2]] \\(lib.rs:29001\\)"));
		assertThat(this.log.list).isEmpty();
	}

	@Test
	void functionsForWhichAClassHasNoLineNumbersAreLogged() {
		DebugView.Result view = view(1);
		assertThat(lastLines(view)).hasSize(FUNCTIONS - 1);
		assertThat(stackOf(view, new StackTraceElement(CLASS, "func_2_f", null, -1))).isEqualTo("function[2]");
		assertThat(this.log.list).singleElement()
			.asString()
			.contains("no source lines for 1 functions of the module with SHA-256 40c2");
	}

	private static String stackOf(DebugView.Result view, StackTraceElement element) {
		Throwable thrown = new Throwable();
		thrown.setStackTrace(new StackTraceElement[] { element });
		return view.names().stackOf(thrown).get(0);
	}

	/** Shows functions of which each {@code step}-th row has bytecode. */
	private static DebugView.Result view(int step) {
		SourceLines lines = new SourceLines(encodedLines());
		WasmModule module = WasmModule.builder().build();
		CompiledClasses compiled = new CompiledClasses(CLASS, Map.of(CLASS, functions(step)));
		return DebugView.of(compiled, new FunctionNames(new byte[0], lines, module), lines, 0, "40c2");
	}

	private static byte[] functions(int step) {
		ClassWriter writer = new ClassWriter(0);
		writer.visit(Opcodes.V17, Opcodes.ACC_PUBLIC, CLASS.replace('.', '/'), null, "java/lang/Object", null);
		for (int function = 0; function < FUNCTIONS; function++) {
			MethodVisitor method = writer.visitMethod(Opcodes.ACC_STATIC, "func_" + function, "()V", null, null);
			method.visitCode();
			for (int row = 1; row <= ROWS; row += step) {
				Label label = new Label();
				method.visitLabel(label);
				method.visitLineNumber(row, label);
				method.visitInsn(Opcodes.NOP);
			}
			method.visitInsn(Opcodes.RETURN);
			method.visitMaxs(0, 0);
			method.visitEnd();
		}
		return writer.toByteArray();
	}

	/** One file, and in each function a row for each of the first lines. */
	private static byte[] encodedLines() {
		ByteArrayOutputStream encoded = new ByteArrayOutputStream();
		writeUnsigned(encoded, 2);
		write(encoded, new byte[0]);
		write(encoded, "lib.rs".getBytes(StandardCharsets.UTF_8));
		for (int function = 0; function < FUNCTIONS; function++) {
			ByteArrayOutputStream rows = new ByteArrayOutputStream();
			for (int row = 1; row <= ROWS; row++) {
				writeUnsigned(rows, 1);
				writeUnsigned(rows, 1);
				writeUnsigned(rows, row);
			}
			write(encoded, rows.toByteArray());
		}
		return encoded.toByteArray();
	}

	private static void write(ByteArrayOutputStream output, byte[] bytes) {
		writeUnsigned(output, bytes.length);
		output.writeBytes(bytes);
	}

	private static void writeUnsigned(ByteArrayOutputStream output, int value) {
		int rest = value;
		for (; rest >= 0x80; rest >>>= 7) {
			output.write(rest | 0x80);
		}
		output.write(rest);
	}

	/** Returns the last line number of each method that has one. */
	private static Map<String, Integer> lastLines(DebugView.Result view) {
		Map<String, Integer> last = new TreeMap<>();
		new ClassReader(view.classes().classes().get(CLASS)).accept(new ClassVisitor(Opcodes.ASM9) {

			@Override
			public MethodVisitor visitMethod(int access, String name, String descriptor, String signature,
					String[] exceptions) {
				return new MethodVisitor(Opcodes.ASM9) {

					@Override
					public void visitLineNumber(int line, Label start) {
						last.put(name, line);
					}

				};
			}

		}, 0);
		return last;
	}

}
