package io.gatewaywasm.host.engine.chicory;

import java.time.Duration;
import java.util.Map;

import io.gatewaywasm.host.engine.ModuleException;
import io.gatewaywasm.host.engine.binary.FunctionNames;
import io.gatewaywasm.host.engine.binary.ModuleParser;
import io.gatewaywasm.host.engine.binary.SourceLines;
import io.gatewaywasm.host.engine.cache.CompiledClasses;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

class RejectedMethodFinderTests {

	private final FunctionNames names = names();

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			func_1          | 'in function 1 (second), '
			func_2          | 'in function 2, '
			part3_of_func_1 | 'in function 1 (second), '
			call            | ''
			""")
	void functionOfAMethodThatTheJvmRejectsIsNamed(String method, String description) {
		VerifyError error = reject(method);
		assertThat(RejectedMethodFinder.describe(error, this.names)).isEqualTo(description);
		assertThat(ModuleParser.describe(error)).startsWith("the engine fails with VerifyError: Bad ")
			.doesNotContain("\n");
	}

	@Test
	void otherErrorsNameNoFunction() {
		assertThat(RejectedMethodFinder.describe(new LinkageError(), this.names)).isEmpty();
		assertThat(RejectedMethodFinder.describe(new IllegalStateException("func_1("), this.names)).isEmpty();
	}

	private static FunctionNames names() {
		try {
			return new FunctionNames(new byte[0], new SourceLines(new byte[0]),
					ModuleParser.parse(TestModules.binary("(module (func) (func (export \"second\")) (func))")));
		}
		catch (ModuleException ex) {
			throw new AssertionError(ex);
		}
	}

	/** Makes the JVM verify a method that returns its object as a number. */
	private static VerifyError reject(String method) {
		ClassWriter writer = new ClassWriter(0);
		writer.visit(Opcodes.V11, Opcodes.ACC_PUBLIC, "Rejected", null, "java/lang/Object", null);
		MethodVisitor code = writer.visitMethod(Opcodes.ACC_STATIC, method, "(Ljava/lang/Object;)I", null, null);
		code.visitCode();
		code.visitVarInsn(Opcodes.ALOAD, 0);
		code.visitInsn(Opcodes.IRETURN);
		code.visitMaxs(1, 1);
		code.visitEnd();
		writer.visitEnd();
		CompiledClasses classes = new CompiledClasses("Rejected", Map.of("Rejected", writer.toByteArray()));
		VerifyError error = catchThrowableOfType(VerifyError.class,
				() -> StoredMachine.verify(classes, CompileDeadline.after(Duration.ofMinutes(1))));
		assertThat(error).isNotNull();
		return error;
	}

}
