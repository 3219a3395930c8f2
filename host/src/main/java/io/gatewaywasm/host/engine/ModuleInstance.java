package io.gatewaywasm.host.engine;

import io.gatewaywasm.host.abi.GuestMemory;
import io.gatewaywasm.host.limits.MemoryBudget;
import org.jspecify.annotations.Nullable;

/**
 * An instance of a module. Not thread-safe: one thread at a time may use it, with a
 * happens-before edge between two threads. After a {@link GuestTrapException}, it must be
 * restored before it is called again.
 */
public interface ModuleInstance {

	/**
	 * Returns the instance's memory, always the same object.
	 */
	GuestMemory memory();

	/**
	 * Returns an exported function.
	 * @param name the export name
	 * @return a handle for the caller to keep, or {@code null} if the module does not
	 * export it
	 */
	@Nullable GuestFunction function(String name);

	/**
	 * Returns the instance's memory to its {@link MemoryBudget}. The memory cannot grow
	 * afterwards. Can be called more than once and by any thread.
	 */
	void close();

	/**
	 * Captures the present state of memory and globals, and replaces the state captured
	 * before. No guest function may be running. The captured state counts against the
	 * {@link MemoryBudget}, except for pages that contain only zeros.
	 * @throws IllegalStateException if the instance was not created as restorable
	 * @throws ModuleException if the budget is used up; the state captured before is kept
	 */
	void capture() throws ModuleException;

	/**
	 * Restores the captured state, also after a trap: the memory with its size, and the
	 * globals. The time is proportional to the memory written since the capture,
	 * microseconds for a request. No guest function may be running.
	 * @throws IllegalStateException if no state has been captured
	 */
	void restore();

}
