package io.gatewaywasm.host.engine.chicory;

import java.util.Map;

import com.dylibso.chicory.runtime.OpcodeImpl;
import com.dylibso.chicory.runtime.internal.CompilerInterpreterMachine;
import io.gatewaywasm.host.engine.instructions.CorrectedInterpreter;
import io.gatewaywasm.host.engine.instructions.FloatInstructions;
import io.gatewaywasm.host.engine.instructions.TableInstructions;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * Redirects calls in generated classes from Chicory instructions that deviate from the
 * WebAssembly specification to this host's implementations.
 */
final class CorrectedInstructions {

	private static final String CHICORY = Type.getInternalName(OpcodeImpl.class);

	private static final String CHICORY_INTERPRETER = Type.getInternalName(CompilerInterpreterMachine.class);

	private static final String INTERPRETER = Type.getInternalName(CorrectedInterpreter.class);

	private static final String FLOATS = Type.getInternalName(FloatInstructions.class);

	private static final String TABLES = Type.getInternalName(TableInstructions.class);

	/** The replacements by name in Chicory. */
	private static final Map<String, Method> METHODS = Map.ofEntries(
			Map.entry("F32_CONVERT_I64_U", new Method(FLOATS, "f32ConvertI64U")),
			Map.entry("F64_CONVERT_I64_U", new Method(FLOATS, "f64ConvertI64U")),
			Map.entry("F32_ABS", new Method(FLOATS, "f32Abs")), Map.entry("F64_ABS", new Method(FLOATS, "f64Abs")),
			Map.entry("F32_COPYSIGN", new Method(FLOATS, "f32Copysign")),
			Map.entry("F64_COPYSIGN", new Method(FLOATS, "f64Copysign")),
			Map.entry("F32_MIN", new Method(FLOATS, "f32Min")), Map.entry("F64_MIN", new Method(FLOATS, "f64Min")),
			Map.entry("F32_MAX", new Method(FLOATS, "f32Max")), Map.entry("F64_MAX", new Method(FLOATS, "f64Max")),
			Map.entry("F32_CEIL", new Method(FLOATS, "f32Ceil")), Map.entry("F64_CEIL", new Method(FLOATS, "f64Ceil")),
			Map.entry("F32_FLOOR", new Method(FLOATS, "f32Floor")),
			Map.entry("F64_FLOOR", new Method(FLOATS, "f64Floor")),
			Map.entry("F32_TRUNC", new Method(FLOATS, "f32Trunc")),
			Map.entry("F64_TRUNC", new Method(FLOATS, "f64Trunc")),
			Map.entry("F32_NEAREST", new Method(FLOATS, "f32Nearest")),
			Map.entry("F64_NEAREST", new Method(FLOATS, "f64Nearest")),
			Map.entry("TABLE_FILL", new Method(TABLES, "fill")), Map.entry("TABLE_COPY", new Method(TABLES, "copy")),
			Map.entry("TABLE_INIT", new Method(TABLES, "init")));

	private CorrectedInstructions() {
	}

	/** A static method. */
	private record Method(String owner, String name) {

	}

	/**
	 * Returns the new type of a field. Types of fields can be changed because neither the
	 * interpreter nor an object of its class occurs in a stack map.
	 */
	static String redirectType(String descriptor) {
		return descriptor.replace(CHICORY_INTERPRETER, INTERPRETER);
	}

	/** Returns a visitor that redirects the calls in a method. */
	static MethodVisitor redirect(MethodVisitor next) {
		return new MethodVisitor(Opcodes.ASM9, next) {

			@Override
			public void visitTypeInsn(int opcode, String type) {
				super.visitTypeInsn(opcode, redirectType(type));
			}

			@Override
			public void visitFieldInsn(int opcode, String owner, String field, String type) {
				super.visitFieldInsn(opcode, owner, field, redirectType(type));
			}

			@Override
			public void visitMethodInsn(int opcode, String owner, String name, String type, boolean isInterface) {
				Method corrected = owner.equals(CHICORY) ? METHODS.get(name) : null;
				if (corrected != null) {
					super.visitMethodInsn(opcode, corrected.owner(), corrected.name(), type, false);
				}
				else {
					super.visitMethodInsn(opcode, redirectType(owner), name, type, isInterface);
				}
			}

		};
	}

}
