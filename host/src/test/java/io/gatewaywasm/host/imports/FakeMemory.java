package io.gatewaywasm.host.imports;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

import io.gatewaywasm.host.abi.GuestMemory;
import io.gatewaywasm.host.abi.GuestMemoryException;

/**
 * A guest's memory in an array.
 */
class FakeMemory implements GuestMemory {

	private byte[] bytes;

	FakeMemory(int size) {
		this.bytes = new byte[size];
	}

	void grow(int more) {
		this.bytes = Arrays.copyOf(this.bytes, this.bytes.length + more);
	}

	byte[] snapshot() {
		return this.bytes.clone();
	}

	@Override
	public long size() {
		return this.bytes.length;
	}

	@Override
	public byte[] read(int pointer, int length) {
		check(pointer, length);
		return Arrays.copyOfRange(this.bytes, pointer, pointer + length);
	}

	@Override
	public void write(int pointer, byte[] source, int offset, int length) {
		check(pointer, length);
		System.arraycopy(source, offset, this.bytes, pointer, length);
	}

	@Override
	public int readInt(int pointer) {
		check(pointer, Integer.BYTES);
		return view().getInt(pointer);
	}

	long readLong(int pointer) {
		check(pointer, Long.BYTES);
		return view().getLong(pointer);
	}

	@Override
	public void writeInt(int pointer, int value) {
		check(pointer, Integer.BYTES);
		view().putInt(pointer, value);
	}

	@Override
	public void writeLong(int pointer, long value) {
		check(pointer, Long.BYTES);
		view().putLong(pointer, value);
	}

	@Override
	public void writeByte(int pointer, byte value) {
		check(pointer, 1);
		this.bytes[pointer] = value;
	}

	@Override
	public void check(int pointer, int length) {
		if (Integer.toUnsignedLong(pointer) + Integer.toUnsignedLong(length) > this.bytes.length) {
			throw GuestMemoryException.INSTANCE;
		}
	}

	private ByteBuffer view() {
		return ByteBuffer.wrap(this.bytes).order(ByteOrder.LITTLE_ENDIAN);
	}

}
