package io.gatewaywasm.host.engine.chicory;

import java.util.Locale;

import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.wasm.types.MemoryLimits;
import io.gatewaywasm.host.engine.ModuleException;
import io.gatewaywasm.host.engine.heap.JavaHeap;

/**
 * Allocates the memory that an instance starts with.
 */
record InitialMemory(MemoryLimits limits) {

	/**
	 * Returns the memory of a module that declares {@code own} limits. Fails if an
	 * instance may not use that much.
	 */
	static InitialMemory of(MemoryLimits own, long maximumMemory) throws ModuleException {
		long allowed = maximumMemory / Memory.PAGE_SIZE;
		if (own.initialPages() > allowed) {
			throw new ModuleException(
					"The module starts with " + describe(own.initialPages()) + " of memory, but 'limits.memory' allows "
							+ describe(allowed) + ". Raise 'limits.memory' if every instance may use that much.");
		}
		if (own.initialPages() > FlatMemory.MAXIMUM_PAGES) {
			throw new ModuleException("The module starts with " + describe(own.initialPages())
					+ " of memory; no instance can have more than " + describe(FlatMemory.MAXIMUM_PAGES) + ".");
		}
		return new InitialMemory(new MemoryLimits(own.initialPages(),
				(int) Math.min(own.maximumPages(), Math.min(allowed, FlatMemory.MAXIMUM_PAGES))));
	}

	/** Allocates the memory. Fails if the budget or the heap has no space for it. */
	FlatMemory allocate(boolean restorable, MemoryShare share) throws ModuleException {
		int pages = this.limits.initialPages();
		if (!share.reserve((long) pages * Memory.PAGE_SIZE)) {
			throw new ModuleException("No memory is left for another instance, which starts with " + describe(pages)
					+ ". " + ChicoryModule.MORE_MEMORY);
		}
		byte[] data = JavaHeap.current().allocate(Math.multiplyExact(pages, Memory.PAGE_SIZE));
		if (data == null) {
			share.close();
			throw new ModuleException("The Java heap has no space for " + describe(pages)
					+ " of memory, which an instance of the module starts with. " + ChicoryModule.LARGER_HEAP);
		}
		FlatMemory memory = restorable ? new DirtyCardMemory(this.limits, data) : new FlatMemory(this.limits, data);
		memory.share(share);
		return memory;
	}

	private static String describe(long pages) {
		double mebibytes = (double) pages * Memory.PAGE_SIZE / (1 << 20);
		return String.format(Locale.ROOT, "%.1f MiB (%d pages)", mebibytes, pages);
	}

}
