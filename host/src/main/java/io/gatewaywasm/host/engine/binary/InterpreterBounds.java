package io.gatewaywasm.host.engine.binary;

import java.util.Locale;
import java.util.Set;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.AnnotatedInstruction;
import com.dylibso.chicory.wasm.types.OpCode;
import com.dylibso.chicory.wasm.types.ValType;
import io.gatewaywasm.host.engine.ModuleException;

/**
 * Limits for functions that run in the interpreter because they are too large to be
 * compiled.
 */
public final class InterpreterBounds {

	/** The encoding of a block without parameters and results. */
	private static final int NO_BLOCK_TYPE = 0x40;

	private static final Set<OpCode> TAIL_CALLS = Set.of(OpCode.RETURN_CALL, OpCode.RETURN_CALL_INDIRECT,
			OpCode.RETURN_CALL_REF);

	private InterpreterBounds() {
	}

	/**
	 * Checks the functions that run in the interpreter. They may have neither tail calls
	 * nor blocks with parameters. The target of a tail call would also run in the
	 * interpreter, in a frame of the wrong size and even if it was compiled and its body
	 * was removed.
	 */
	public static void check(WasmModule module, Set<Integer> interpreted) throws ModuleException {
		int imported = module.importSection().importCount();
		for (int function : interpreted) {
			for (AnnotatedInstruction instruction : module.codeSection()
				.getFunctionBody(function - imported)
				.instructions()) {
				if (TAIL_CALLS.contains(instruction.opcode())) {
					throw tooLarge("tail calls", instruction);
				}
				if (hasParameters(module, instruction)) {
					throw tooLarge("blocks with parameters", instruction);
				}
			}
		}
	}

	/**
	 * Returns whether an instruction begins a block with parameters. When a jump leaves
	 * such a block or restarts such a loop, Chicory's interpreter confuses the parameters
	 * with the values below them.
	 */
	private static boolean hasParameters(WasmModule module, AnnotatedInstruction instruction) {
		return switch (instruction.opcode()) {
			case BLOCK, LOOP, IF, TRY_TABLE -> {
				int type = (int) instruction.operand(0);
				yield type != NO_BLOCK_TYPE && !ValType.isValid(type)
						&& !module.typeSection().getType(type).params().isEmpty();
			}
			default -> false;
		};
	}

	private static ModuleException tooLarge(String what, AnnotatedInstruction instruction) {
		return new ModuleException("A function of the module is too large to be compiled and has " + what + " ("
				+ instruction.opcode().name().toLowerCase(Locale.ROOT)
				+ "), which the interpreter does not support: build it without.");
	}

}
