package io.gatewaywasm.host.engine.instructions;

import com.dylibso.chicory.runtime.GlobalInstance;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.runtime.WasmRuntimeException;
import org.jspecify.annotations.Nullable;

/**
 * The parts of an instance that compiled modules access without a call: the bytes of its
 * memory and its first global variables. The first global is the stack pointer in modules
 * of all common toolchains. Not meant for applications.
 */
public abstract class DirectMemory implements Memory {

	/** The number of global variables that have a field here. */
	public static final int GLOBALS = 8;

	/**
	 * The content, exactly as long as the memory. The array is replaced when the memory
	 * grows, so no reference to it may be kept across an operation that can grow the
	 * memory.
	 */
	public byte[] data;

	public @Nullable GlobalInstance global0;

	public @Nullable GlobalInstance global1;

	public @Nullable GlobalInstance global2;

	public @Nullable GlobalInstance global3;

	public @Nullable GlobalInstance global4;

	public @Nullable GlobalInstance global5;

	public @Nullable GlobalInstance global6;

	public @Nullable GlobalInstance global7;

	/** Whether each write of compiled code is to be noted. */
	final boolean noted;

	/**
	 * Creates a memory. If {@code noted} is true, {@link #note} is called after each
	 * write of compiled code.
	 */
	protected DirectMemory(byte[] data, boolean noted) {
		this.data = data;
		this.noted = noted;
	}

	/** Called after compiled code has written a number at this address. */
	protected abstract void note(int address);

	/**
	 * Sets the fields for the global variables of the instance that owns this memory. The
	 * instance must not import globals.
	 */
	public final void bindGlobals(Instance instance) {
		int count = instance.globalCount();
		this.global0 = global(instance, 0, count);
		this.global1 = global(instance, 1, count);
		this.global2 = global(instance, 2, count);
		this.global3 = global(instance, 3, count);
		this.global4 = global(instance, 4, count);
		this.global5 = global(instance, 5, count);
		this.global6 = global(instance, 6, count);
		this.global7 = global(instance, 7, count);
	}

	private static @Nullable GlobalInstance global(Instance instance, int index, int count) {
		return (index < count) ? instance.global(index) : null;
	}

	/**
	 * Returns the exception for an access outside the memory. Both arguments are
	 * unsigned.
	 */
	protected final WasmRuntimeException outOfBounds(long address, int size) {
		return new WasmRuntimeException("out of bounds memory access: " + Integer.toUnsignedString(size)
				+ " bytes at address " + address + " of " + this.data.length);
	}

}
