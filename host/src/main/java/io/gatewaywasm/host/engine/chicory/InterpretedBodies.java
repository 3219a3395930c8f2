package io.gatewaywasm.host.engine.chicory;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.AnnotatedInstruction;
import com.dylibso.chicory.wasm.types.CodeSection;
import com.dylibso.chicory.wasm.types.FunctionBody;
import com.dylibso.chicory.wasm.types.Instruction;
import com.dylibso.chicory.wasm.types.OpCode;
import io.gatewaywasm.host.engine.instructions.CorrectedInterpreter;

/**
 * Prepares function bodies for the {@link CorrectedInterpreter}.
 */
final class InterpretedBodies {

	/** The instructions that Chicory's interpreter executes incorrectly. */
	private static final Set<OpCode> CORRECTED = EnumSet.of(OpCode.F32_CONVERT_I64_U, OpCode.F64_CONVERT_I64_U,
			OpCode.F32_ABS, OpCode.F64_ABS, OpCode.F32_COPYSIGN, OpCode.F64_COPYSIGN, OpCode.F32_MIN, OpCode.F64_MIN,
			OpCode.F32_MAX, OpCode.F64_MAX, OpCode.F32_CEIL, OpCode.F64_CEIL, OpCode.F32_FLOOR, OpCode.F64_FLOOR,
			OpCode.F32_TRUNC, OpCode.F64_TRUNC, OpCode.F32_NEAREST, OpCode.F64_NEAREST, OpCode.TABLE_FILL,
			OpCode.TABLE_COPY, OpCode.TABLE_INIT, OpCode.I32_STORE8, OpCode.I64_STORE8, OpCode.I64_STORE32);

	private InterpretedBodies() {
	}

	/**
	 * Replaces the instructions of a valid module that the interpreter executes
	 * incorrectly.
	 */
	static WasmModule correct(WasmModule module) {
		CodeSection.Builder bodies = CodeSection.builder()
			.setRequiresDataCount(module.codeSection().isRequiresDataCount());
		for (FunctionBody body : module.codeSection().functionBodies()) {
			bodies.addFunctionBody(correct(body));
		}
		return withBodies(module, bodies.build());
	}

	private static FunctionBody correct(FunctionBody body) {
		if (body.instructions().stream().noneMatch((instruction) -> CORRECTED.contains(instruction.opcode()))) {
			return body;
		}
		List<AnnotatedInstruction> instructions = new ArrayList<>(body.instructions().size());
		for (AnnotatedInstruction instruction : body.instructions()) {
			instructions.add(CORRECTED.contains(instruction.opcode()) ? call(instruction) : instruction);
		}
		return new FunctionBody(body.localTypes(), instructions);
	}

	private static AnnotatedInstruction call(AnnotatedInstruction instruction) {
		long[] operands = new long[1 + instruction.operandCount()];
		operands[0] = CorrectedInterpreter.function(instruction.opcode());
		System.arraycopy(instruction.operands(), 0, operands, 1, instruction.operandCount());
		return AnnotatedInstruction.builder()
			.from(new Instruction(instruction.address(), OpCode.CALL, operands))
			.withDepth(instruction.depth())
			.build();
	}

	/**
	 * Replaces the function bodies without validating the new ones, which would no longer
	 * be valid.
	 */
	private static WasmModule withBodies(WasmModule module, CodeSection bodies) {
		WasmModule.Builder copy = WasmModule.builder()
			.withValidation(false)
			.withDigest(module.digest())
			.setTypeSection(module.typeSection())
			.setImportSection(module.importSection())
			.setFunctionSection(module.functionSection())
			.setTableSection(module.tableSection())
			.setGlobalSection(module.globalSection())
			.setExportSection(module.exportSection())
			.setElementSection(module.elementSection())
			.setCodeSection(bodies)
			.setDataSection(module.dataSection());
		module.memorySection().ifPresent(copy::setMemorySection);
		module.startSection().ifPresent(copy::setStartSection);
		module.dataCountSection().ifPresent(copy::setDataCountSection);
		module.tagSection().ifPresent(copy::setTagSection);
		return copy.build();
	}

}
