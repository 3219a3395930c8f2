package io.gatewaywasm.host.engine.chicory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

import com.dylibso.chicory.runtime.WasmRuntimeException;
import com.dylibso.chicory.wasm.types.MemoryLimits;

/**
 * The reads and writes of a memory in one {@code byte[]} that is always exactly as long
 * as the memory, so that the array's bounds check is WebAssembly's. An address of 2 GiB
 * or more becomes a negative index and fails the same check.
 */
abstract class ArrayMemory extends SingleThreadedMemory {

	private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

	private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

	private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

	ArrayMemory(MemoryLimits limits, byte[] data, boolean noted) {
		super(limits, data, noted);
	}

	@Override
	protected void note(int address) {
	}

	/** Called after a range, which may be empty, has been written. */
	void written(int address, int size) {
	}

	@Override
	public void write(int address, byte[] source, int offset, int size) {
		check(address, size);
		System.arraycopy(source, offset, this.data, address, size);
		written(address, size);
	}

	@Override
	public byte[] readBytes(int address, int size) {
		check(address, size);
		return Arrays.copyOfRange(this.data, address, address + size);
	}

	@Override
	public void copy(int destination, int source, int size) {
		check(source, size);
		check(destination, size);
		written(destination, size);
		BulkBytes.copy(this.data, source, this.data, destination, size);
	}

	@Override
	public void fill(byte value, int fromIndex, int toIndex) {
		int size = toIndex - fromIndex;
		check(fromIndex, size);
		written(fromIndex, size);
		BulkBytes.fill(this.data, fromIndex, size, value);
	}

	@Override
	public byte read(int address) {
		try {
			return this.data[address];
		}
		catch (IndexOutOfBoundsException ex) {
			throw outOfBounds(address, Byte.BYTES);
		}
	}

	@Override
	public short readShort(int address) {
		try {
			return (short) SHORT.get(this.data, address);
		}
		catch (IndexOutOfBoundsException ex) {
			throw outOfBounds(address, Short.BYTES);
		}
	}

	@Override
	public int readInt(int address) {
		try {
			return (int) INT.get(this.data, address);
		}
		catch (IndexOutOfBoundsException ex) {
			throw outOfBounds(address, Integer.BYTES);
		}
	}

	@Override
	public long readLong(int address) {
		try {
			return (long) LONG.get(this.data, address);
		}
		catch (IndexOutOfBoundsException ex) {
			throw outOfBounds(address, Long.BYTES);
		}
	}

	@Override
	public void writeByte(int address, byte value) {
		try {
			this.data[address] = value;
		}
		catch (IndexOutOfBoundsException ex) {
			throw outOfBounds(address, Byte.BYTES);
		}
	}

	@Override
	public void writeShort(int address, short value) {
		try {
			SHORT.set(this.data, address, value);
		}
		catch (IndexOutOfBoundsException ex) {
			throw outOfBounds(address, Short.BYTES);
		}
	}

	@Override
	public void writeI32(int address, int value) {
		try {
			INT.set(this.data, address, value);
		}
		catch (IndexOutOfBoundsException ex) {
			throw outOfBounds(address, Integer.BYTES);
		}
	}

	@Override
	public void writeLong(int address, long value) {
		try {
			LONG.set(this.data, address, value);
		}
		catch (IndexOutOfBoundsException ex) {
			throw outOfBounds(address, Long.BYTES);
		}
	}

	/**
	 * Returns whether any part of a range is outside the memory. Both arguments are
	 * unsigned.
	 */
	final boolean outside(int address, int size) {
		return Integer.toUnsignedLong(address) + Integer.toUnsignedLong(size) > this.data.length;
	}

	final void check(int address, int size) {
		if (outside(address, size)) {
			throw outOfBounds(address, size);
		}
	}

	private WasmRuntimeException outOfBounds(int address, int size) {
		return outOfBounds(Integer.toUnsignedLong(address), size);
	}

}
