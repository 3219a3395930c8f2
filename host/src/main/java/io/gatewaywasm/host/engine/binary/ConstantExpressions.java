package io.gatewaywasm.host.engine.binary;

import java.util.List;
import java.util.function.Consumer;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.ActiveDataSegment;
import com.dylibso.chicory.wasm.types.ActiveElement;
import com.dylibso.chicory.wasm.types.DataSegment;
import com.dylibso.chicory.wasm.types.Element;
import com.dylibso.chicory.wasm.types.Global;
import com.dylibso.chicory.wasm.types.Instruction;

/**
 * The code of a module outside its functions: the initial values of globals, tables and
 * elements, and the offsets of segments.
 */
final class ConstantExpressions {

	private ConstantExpressions() {
	}

	/** Passes each expression to the visitor. */
	static void forEach(WasmModule module, Consumer<List<? extends Instruction>> visitor) {
		for (Global global : module.globalSection().globals()) {
			visitor.accept(global.initInstructions());
		}
		for (int i = 0; i < module.tableSection().tableCount(); i++) {
			visitor.accept(module.tableSection().getTable(i).initialize());
		}
		for (Element element : module.elementSection().elements()) {
			if (element instanceof ActiveElement active) {
				visitor.accept(active.offset());
			}
			element.initializers().forEach(visitor);
		}
		for (DataSegment segment : module.dataSection().dataSegments()) {
			if (segment instanceof ActiveDataSegment active) {
				visitor.accept(active.offsetInstructions());
			}
		}
	}

	/** Returns the number of instructions in all expressions. */
	static long count(WasmModule module) {
		long[] count = new long[1];
		forEach(module, (expression) -> count[0] += expression.size());
		return count[0];
	}

}
