package io.gatewaywasm.host.engine.chicory;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import io.gatewaywasm.host.abi.GuestMemory;
import io.gatewaywasm.host.abi.GuestMemoryException;

/**
 * The host's view of a {@link FlatMemory}.
 */
final class FlatGuestMemory implements GuestMemory {

	private final FlatMemory memory;

	FlatGuestMemory(FlatMemory memory) {
		this.memory = memory;
	}

	@Override
	public long size() {
		return this.memory.data.length;
	}

	@Override
	public byte[] read(int pointer, int length) {
		check(pointer, length);
		return Arrays.copyOfRange(this.memory.data, pointer, pointer + length);
	}

	@Override
	public String readLatin1(int pointer, int length) {
		check(pointer, length);
		return new String(this.memory.data, pointer, length, StandardCharsets.ISO_8859_1);
	}

	@Override
	public boolean isLatin1(int pointer, int length, String text) {
		check(pointer, length);
		if (length != text.length()) {
			return false;
		}
		byte[] data = this.memory.data;
		for (int i = 0; i < length; i++) {
			if ((char) (data[pointer + i] & 0xff) != text.charAt(i)) {
				return false;
			}
		}
		return true;
	}

	@Override
	public void write(int pointer, byte[] source, int offset, int length) {
		check(pointer, length);
		System.arraycopy(source, offset, this.memory.data, pointer, length);
		this.memory.written(pointer, length);
	}

	@Override
	public int readInt(int pointer) {
		check(pointer, Integer.BYTES);
		return this.memory.readInt(pointer);
	}

	@Override
	public void writeInt(int pointer, int value) {
		check(pointer, Integer.BYTES);
		this.memory.writeI32(pointer, value);
	}

	@Override
	public void writeLong(int pointer, long value) {
		check(pointer, Long.BYTES);
		this.memory.writeLong(pointer, value);
	}

	@Override
	public void writeByte(int pointer, byte value) {
		check(pointer, Byte.BYTES);
		this.memory.writeByte(pointer, value);
	}

	@Override
	public void check(int pointer, int length) {
		if (this.memory.outside(pointer, length)) {
			throw GuestMemoryException.INSTANCE;
		}
	}

}
