package io.gatewaywasm.host.engine.instructions;

import com.dylibso.chicory.runtime.ConstantEvaluators;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.OpcodeImpl;
import com.dylibso.chicory.runtime.TableInstance;
import com.dylibso.chicory.runtime.WasmRuntimeException;
import com.dylibso.chicory.wasm.types.Element;
import com.dylibso.chicory.wasm.types.PassiveElement;

/**
 * Instructions that change many elements of a table, as the WebAssembly specification
 * defines them. Indices and sizes are unsigned. Called by compiled modules and by the
 * {@link CorrectedInterpreter}; not meant for applications.
 * <p>
 * Chicory 1.7.5 adds indices and sizes as signed 32-bit numbers, so that a range that
 * ends beyond 2^31 passes its checks. It also copies from the wrong element of a smaller
 * table.
 */
public final class TableInstructions {

	private TableInstructions() {
	}

	/** Executes {@code table.fill}. */
	public static void fill(Instance instance, int table, int size, int value, int offset) {
		TableInstance target = instance.table(table);
		check(offset, size, target.size());
		for (int i = offset; i < offset + size; i++) {
			target.setRef(i, value, instance);
		}
	}

	/** Executes {@code table.copy}. */
	public static void copy(Instance instance, int sourceTable, int targetTable, int size, int from, int to) {
		TableInstance source = instance.table(sourceTable);
		TableInstance target = instance.table(targetTable);
		check(from, size, source.size());
		check(to, size, target.size());
		boolean upward = to <= from;
		for (int i = 0; i < size; i++) {
			int index = upward ? i : size - 1 - i;
			target.setRef(to + index, source.ref(from + index), source.instance(from + index));
		}
	}

	/** Executes {@code table.init}. */
	public static void init(Instance instance, int table, int segment, int size, int from, int to) {
		TableInstance target = instance.table(table);
		// Active and dropped segments are empty
		Element elements = (instance.element(segment) instanceof PassiveElement passive) ? passive : null;
		check(from, size, (elements != null) ? elements.elementCount() : 0);
		check(to, size, target.size());
		for (int i = 0; elements != null && i < size; i++) {
			long value = ConstantEvaluators.computeConstantValue(instance, elements.initializers().get(from + i))[0];
			target.setRef(to + i, OpcodeImpl.boxForTable(value, instance), instance);
		}
	}

	private static void check(int offset, int size, int available) {
		if (Integer.toUnsignedLong(offset) + Integer.toUnsignedLong(size) > available) {
			throw new WasmRuntimeException("out of bounds table access");
		}
	}

}
