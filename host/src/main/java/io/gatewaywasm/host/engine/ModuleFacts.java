package io.gatewaywasm.host.engine;

import java.util.Set;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.Global;
import com.dylibso.chicory.wasm.types.OpCode;
import com.dylibso.chicory.wasm.types.ValType;
import org.jspecify.annotations.Nullable;

/**
 * The facts about a module that are gathered while its function bodies are available.
 *
 * @param functions the number of functions that the module defines
 * @param interpreted the number of functions that run in the interpreter
 * @param hugeMethods the number of functions that HotSpot does not compile by default
 * @param obstacle the reason why instances cannot be restored, empty if they can
 */
record ModuleFacts(int functions, int interpreted, int hugeMethods, String obstacle) {

	private static final Set<OpCode> TABLE_CHANGES = Set.of(OpCode.TABLE_SET, OpCode.TABLE_GROW, OpCode.TABLE_INIT,
			OpCode.TABLE_COPY, OpCode.TABLE_FILL, OpCode.ELEM_DROP);

	/** Gathers the facts. {@code classes} is {@code null} if nothing was compiled. */
	static ModuleFacts of(WasmModule module, Set<OpCode> used, @Nullable CompiledClasses classes) {
		int functions = module.functionSection().functionCount();
		int interpreted = (classes != null) ? CompiledFunctions.findInterpreted(classes).size() : functions;
		int hugeMethods = (classes != null) ? CompiledFunctions.countHugeMethods(classes) : 0;
		return new ModuleFacts(functions, interpreted, hugeMethods, obstacle(module, used, interpreted));
	}

	private static String obstacle(WasmModule module, Set<OpCode> used, int interpreted) {
		if (interpreted > 0) {
			return "The module has functions that run in the interpreter, whose state cannot be undone.";
		}
		for (Global global : module.globalSection().globals()) {
			if (global.valueType().isReference() && ValType.matches(global.valueType(), ValType.ExnRef)) {
				return "The module has a global for an exception, which cannot be undone.";
			}
		}
		for (OpCode code : used) {
			if (TABLE_CHANGES.contains(code)) {
				return "The module changes its tables (" + ModuleBounds.nameOf(code) + "), which cannot be undone.";
			}
			if (code == OpCode.DATA_DROP) {
				return "The module drops data segments (" + ModuleBounds.nameOf(code) + "), which cannot be undone.";
			}
		}
		return "";
	}

}
