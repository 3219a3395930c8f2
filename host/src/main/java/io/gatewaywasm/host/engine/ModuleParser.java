package io.gatewaywasm.host.engine;

import java.util.EnumSet;
import java.util.Set;

import com.dylibso.chicory.wasm.ChicoryException;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.AnnotatedInstruction;
import com.dylibso.chicory.wasm.types.FunctionBody;
import com.dylibso.chicory.wasm.types.OpCode;

/**
 * Decodes modules.
 */
final class ModuleParser {

	private ModuleParser() {
	}

	/**
	 * Decode and validate a module.
	 * @param wasm the module
	 * @return the parsed module
	 * @throws ModuleException if it is malformed, invalid or too large for the heap
	 */
	static WasmModule parse(byte[] wasm) throws ModuleException {
		try {
			return Parser.parse(wasm);
		}
		catch (RuntimeException | AssertionError | StackOverflowError ex) {
			// On malformed input the parser is not particular about exception types
			throw new ModuleException("The module is invalid: " + describe(ex), ex);
		}
		catch (OutOfMemoryError ex) {
			throw new ModuleException("The Java heap is too small to load the module.", ex);
		}
	}

	/**
	 * Returns the instructions that a module uses, in functions and constant expressions.
	 * @param module the parsed module, with function bodies
	 * @return each instruction that occurs
	 */
	static Set<OpCode> instructions(WasmModule module) {
		Set<OpCode> used = EnumSet.noneOf(OpCode.class);
		for (int i = 0; i < module.codeSection().functionBodyCount(); i++) {
			FunctionBody body = module.codeSection().getFunctionBody(i);
			for (AnnotatedInstruction instruction : body.instructions()) {
				used.add(instruction.opcode());
			}
		}
		ConstantExpressions.forEach(module,
				(expression) -> expression.forEach((instruction) -> used.add(instruction.opcode())));
		return used;
	}

	static String describe(Throwable thrown) {
		String message = thrown.getMessage();
		if (thrown instanceof ChicoryException && message != null) {
			return message;
		}
		return (thrown instanceof StackOverflowError) ? "it is nested too deeply"
				: "it is malformed (" + thrown.getClass().getSimpleName() + ")";
	}

}
