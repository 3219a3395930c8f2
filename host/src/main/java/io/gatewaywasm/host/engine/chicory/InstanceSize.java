package io.gatewaywasm.host.engine.chicory;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.TagType;
import io.gatewaywasm.host.engine.binary.ModuleShape;

/**
 * Estimates the heap that an instance needs in addition to its memory.
 */
final class InstanceSize {

	/** The size that every instance has. It is not counted. */
	private static final int USUAL = 1 << 16;

	private static final int GLOBAL = 64;

	/** Size per function: three array elements. */
	private static final int FUNCTION = 16;

	private static final int EXPORT = 96;

	/** Size of a table without its elements. */
	private static final int TABLE = 160;

	private static final int TAG = 128;

	/** Stack traces of the interpreter's exceptions have up to 1024 frames. */
	private static final int STACK_TRACE = 24 << 10;

	/** The interpreter's locals and operands, at most 4 MiB each. */
	private static final int STACKS = 8 << 20;

	private InstanceSize() {
	}

	/**
	 * Returns the size of the tables, every byte of which counts, and of everything else
	 * beyond the usual size. {@code interpreted} says whether functions of the module run
	 * in the interpreter.
	 */
	static long of(WasmModule module, boolean interpreted) {
		long size = (long) GLOBAL * module.globalSection().globalCount()
				+ (long) TABLE * module.tableSection().tableCount()
				+ (long) FUNCTION * module.functionSection().functionCount()
				+ (long) EXPORT * module.exportSection().exportCount();
		if (module.tagSection().isPresent()) {
			for (TagType tag : module.tagSection().get().types()) {
				int parameters = module.typeSection().getType(tag.typeIdx()).params().size();
				size += TAG + (long) Long.BYTES * parameters + (interpreted ? STACK_TRACE : 0);
			}
		}
		return CountedTable.ELEMENT_SIZE * ModuleShape.elements(module) + Math.max(0, size - USUAL)
				+ (interpreted ? STACKS : 0);
	}

}
