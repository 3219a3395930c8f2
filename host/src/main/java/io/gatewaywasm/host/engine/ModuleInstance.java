package io.gatewaywasm.host.engine;

import io.gatewaywasm.host.abi.GuestMemory;
import org.jspecify.annotations.Nullable;

/**
 * One instance of a module. Not thread-safe: entered by one thread at a time, with a
 * happens-before edge between them. After a {@link GuestTrapException} it must not be
 * called again, unless it is restored first.
 */
public interface ModuleInstance {

	/**
	 * Return the instance's memory. The same object for the instance's whole life.
	 * @return the memory
	 */
	GuestMemory memory();

	/**
	 * Return an exported function.
	 * @param name the export name
	 * @return a handle, to be kept by the caller, or {@code null} if there is none
	 */
	@Nullable GuestFunction function(String name);

	/**
	 * Give back what the instance has of its {@link MemoryBudget}; its memory cannot grow
	 * any more. Safe to call more than once, and by any thread.
	 */
	void close();

	/**
	 * Remember the present state of memory and globals, in place of what was remembered
	 * before. No guest function may be running. What is remembered counts against the
	 * {@link MemoryBudget}, apart from pages that are all zero.
	 * @throws IllegalStateException if the instance was not made restorable
	 * @throws ModuleException if the budget is used up; what was remembered before stays
	 */
	void capture() throws ModuleException;

	/**
	 * Bring back the state that was remembered, also after a trap: memory with its size,
	 * and globals. Takes time in proportion to the memory that has been written since,
	 * microseconds for a request. No guest function may be running.
	 * @throws IllegalStateException if no state has been captured
	 */
	void restore();

}
