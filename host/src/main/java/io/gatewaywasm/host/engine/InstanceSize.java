package io.gatewaywasm.host.engine;

import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.TagType;

/**
 * What an instance needs besides its memory.
 */
final class InstanceSize {

	/** Every instance has as much; it is not counted. */
	private static final int USUAL = 1 << 16;

	private static final int GLOBAL = 64;

	/** Three places in arrays. */
	private static final int FUNCTION = 16;

	private static final int EXPORT = 96;

	/** Without its elements. */
	private static final int TABLE = 160;

	private static final int TAG = 128;

	/** The interpreter's exceptions have up to 1024 frames of a stack trace. */
	private static final int STACK_TRACE = 24 << 10;

	/** Locals and operands of the interpreter, of 4 MiB each at most. */
	private static final int STACKS = 8 << 20;

	private InstanceSize() {
	}

	/**
	 * Returns the size of the tables, of which each byte counts, and of everything else
	 * beyond what is usual.
	 * @param module the module
	 * @param interpreted whether functions of it run in the interpreter
	 * @return the size in bytes
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
