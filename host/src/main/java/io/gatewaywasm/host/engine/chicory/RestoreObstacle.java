package io.gatewaywasm.host.engine.chicory;

import java.util.Set;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.Global;
import com.dylibso.chicory.wasm.types.OpCode;
import com.dylibso.chicory.wasm.types.ValType;
import io.gatewaywasm.host.engine.binary.InstructionName;

/**
 * Finds the reason why the instances of a module cannot be restored.
 */
final class RestoreObstacle {

	private static final Set<OpCode> TABLE_CHANGES = Set.of(OpCode.TABLE_SET, OpCode.TABLE_GROW, OpCode.TABLE_INIT,
			OpCode.TABLE_COPY, OpCode.TABLE_FILL, OpCode.ELEM_DROP);

	private RestoreObstacle() {
	}

	/** Returns the reason, empty if there is none. */
	static String of(WasmModule module, Set<OpCode> used, int interpreted) {
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
				return "The module changes its tables (" + InstructionName.of(code) + "), which cannot be undone.";
			}
			if (code == OpCode.DATA_DROP) {
				return "The module drops data segments (" + InstructionName.of(code) + "), which cannot be undone.";
			}
		}
		return "";
	}

}
