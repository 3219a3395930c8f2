package io.gatewaywasm.host.engine.instructions;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Objects;

import com.dylibso.chicory.runtime.ChicoryInterruptedException;
import com.dylibso.chicory.runtime.GlobalInstance;
import com.dylibso.chicory.runtime.WasmRuntimeException;
import org.jspecify.annotations.Nullable;

/**
 * Frequent instructions of compiled modules in as little bytecode as possible: HotSpot's
 * C2 stops inlining when a method and its inlined code reach 8,000 bytes. An address is
 * unsigned, and an offset, which is not negative, is added to it. An access outside the
 * memory throws a {@link WasmRuntimeException}. Not meant for applications.
 */
public final class DirectAccess {

	private static final VarHandle BYTE = MethodHandles.arrayElementVarHandle(byte[].class);

	private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

	private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

	private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

	private DirectAccess() {
	}

	/** Throws a {@link ChicoryInterruptedException} if the thread is interrupted. */
	public static void checkInterruption() {
		if (Thread.currentThread().isInterrupted()) {
			interrupt();
		}
	}

	private static void interrupt() {
		throw new ChicoryInterruptedException("Thread interrupted");
	}

	public static int compareUnsigned(long first, long second) {
		return Long.compare(first ^ Long.MIN_VALUE, second ^ Long.MIN_VALUE);
	}

	/** Sets a global variable. */
	@SuppressWarnings("NullAway") // Validated modules refer only to globals that exist
	public static void setGlobal(long value, @Nullable GlobalInstance global) {
		global.setValue(value);
	}

	/** Sets the first global variable of the memory's instance. */
	@SuppressWarnings("NullAway") // Validated modules refer only to globals that exist
	public static void setGlobal0(int value, DirectMemory memory) {
		memory.global0.setValue(value);
	}

	/** Returns the lower half of the first global variable of the memory's instance. */
	@SuppressWarnings("NullAway") // Validated modules refer only to globals that exist
	public static int global0(DirectMemory memory) {
		return (int) memory.global0.getValue();
	}

	/**
	 * Pushes a return address on the guest's stack, as compiled Go code does before each
	 * call, and returns the new stack pointer.
	 */
	public static int push(int pointer, long address, DirectMemory memory) {
		int top = pointer - Long.BYTES;
		setGlobal0(top, memory);
		writeLong(top, address, memory);
		return top;
	}

	public static byte readByte(int address, DirectMemory memory) {
		try {
			return (byte) BYTE.get(memory.data, address);
		}
		catch (IndexOutOfBoundsException ex) {
			throw memory.outOfBounds(Integer.toUnsignedLong(address), Byte.BYTES);
		}
	}

	public static void writeByte(int address, byte value, DirectMemory memory) {
		try {
			BYTE.set(memory.data, address, value);
			if (memory.noted) {
				memory.note(address);
			}
		}
		catch (IndexOutOfBoundsException ex) {
			throw memory.outOfBounds(Integer.toUnsignedLong(address), Byte.BYTES);
		}
	}

	public static byte readByte(int base, int offset, DirectMemory memory) {
		try {
			return (byte) BYTE.get(memory.data, Objects.checkIndex(base, Integer.MAX_VALUE) + offset);
		}
		catch (IndexOutOfBoundsException ex) {
			throw memory.outOfBounds(Integer.toUnsignedLong(base) + offset, Byte.BYTES);
		}
	}

	public static void writeByte(int base, byte value, int offset, DirectMemory memory) {
		try {
			int address = Objects.checkIndex(base, Integer.MAX_VALUE) + offset;
			BYTE.set(memory.data, address, value);
			if (memory.noted) {
				memory.note(address);
			}
		}
		catch (IndexOutOfBoundsException ex) {
			throw memory.outOfBounds(Integer.toUnsignedLong(base) + offset, Byte.BYTES);
		}
	}

	public static short readShort(int address, DirectMemory memory) {
		try {
			return (short) SHORT.get(memory.data, address);
		}
		catch (IndexOutOfBoundsException ex) {
			throw memory.outOfBounds(Integer.toUnsignedLong(address), Short.BYTES);
		}
	}

	public static void writeShort(int address, short value, DirectMemory memory) {
		try {
			SHORT.set(memory.data, address, value);
			if (memory.noted) {
				memory.note(address);
			}
		}
		catch (IndexOutOfBoundsException ex) {
			throw memory.outOfBounds(Integer.toUnsignedLong(address), Short.BYTES);
		}
	}

	public static short readShort(int base, int offset, DirectMemory memory) {
		try {
			return (short) SHORT.get(memory.data, Objects.checkIndex(base, Integer.MAX_VALUE) + offset);
		}
		catch (IndexOutOfBoundsException ex) {
			throw memory.outOfBounds(Integer.toUnsignedLong(base) + offset, Short.BYTES);
		}
	}

	public static void writeShort(int base, short value, int offset, DirectMemory memory) {
		try {
			int address = Objects.checkIndex(base, Integer.MAX_VALUE) + offset;
			SHORT.set(memory.data, address, value);
			if (memory.noted) {
				memory.note(address);
			}
		}
		catch (IndexOutOfBoundsException ex) {
			throw memory.outOfBounds(Integer.toUnsignedLong(base) + offset, Short.BYTES);
		}
	}

	public static int readInt(int address, DirectMemory memory) {
		try {
			return (int) INT.get(memory.data, address);
		}
		catch (IndexOutOfBoundsException ex) {
			throw memory.outOfBounds(Integer.toUnsignedLong(address), Integer.BYTES);
		}
	}

	public static void writeInt(int address, int value, DirectMemory memory) {
		try {
			INT.set(memory.data, address, value);
			if (memory.noted) {
				memory.note(address);
			}
		}
		catch (IndexOutOfBoundsException ex) {
			throw memory.outOfBounds(Integer.toUnsignedLong(address), Integer.BYTES);
		}
	}

	public static int readInt(int base, int offset, DirectMemory memory) {
		try {
			return (int) INT.get(memory.data, Objects.checkIndex(base, Integer.MAX_VALUE) + offset);
		}
		catch (IndexOutOfBoundsException ex) {
			throw memory.outOfBounds(Integer.toUnsignedLong(base) + offset, Integer.BYTES);
		}
	}

	public static void writeInt(int base, int value, int offset, DirectMemory memory) {
		try {
			int address = Objects.checkIndex(base, Integer.MAX_VALUE) + offset;
			INT.set(memory.data, address, value);
			if (memory.noted) {
				memory.note(address);
			}
		}
		catch (IndexOutOfBoundsException ex) {
			throw memory.outOfBounds(Integer.toUnsignedLong(base) + offset, Integer.BYTES);
		}
	}

	public static long readLong(int address, DirectMemory memory) {
		try {
			return (long) LONG.get(memory.data, address);
		}
		catch (IndexOutOfBoundsException ex) {
			throw memory.outOfBounds(Integer.toUnsignedLong(address), Long.BYTES);
		}
	}

	public static void writeLong(int address, long value, DirectMemory memory) {
		try {
			LONG.set(memory.data, address, value);
			if (memory.noted) {
				memory.note(address);
			}
		}
		catch (IndexOutOfBoundsException ex) {
			throw memory.outOfBounds(Integer.toUnsignedLong(address), Long.BYTES);
		}
	}

	public static long readLong(int base, int offset, DirectMemory memory) {
		try {
			return (long) LONG.get(memory.data, Objects.checkIndex(base, Integer.MAX_VALUE) + offset);
		}
		catch (IndexOutOfBoundsException ex) {
			throw memory.outOfBounds(Integer.toUnsignedLong(base) + offset, Long.BYTES);
		}
	}

	public static void writeLong(int base, long value, int offset, DirectMemory memory) {
		try {
			int address = Objects.checkIndex(base, Integer.MAX_VALUE) + offset;
			LONG.set(memory.data, address, value);
			if (memory.noted) {
				memory.note(address);
			}
		}
		catch (IndexOutOfBoundsException ex) {
			throw memory.outOfBounds(Integer.toUnsignedLong(base) + offset, Long.BYTES);
		}
	}

}
