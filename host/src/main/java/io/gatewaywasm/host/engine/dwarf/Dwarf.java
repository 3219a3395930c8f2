package io.gatewaywasm.host.engine.dwarf;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads DWARF's primitive encodings. Reading past the end, or a value that is not
 * supported, throws a {@link BufferUnderflowException}.
 */
final class Dwarf {

	private Dwarf() {
	}

	static int readByte(ByteBuffer buffer) {
		return buffer.get() & 0xff;
	}

	static int readShort(ByteBuffer buffer) {
		return buffer.getShort() & 0xffff;
	}

	static long readInt(ByteBuffer buffer) {
		return buffer.getInt() & 0xffffffffL;
	}

	/** Reads an unsigned LEB128 number. Bits beyond the lowest 64 are lost. */
	static long readUnsigned(ByteBuffer buffer) {
		long value = 0;
		int shift = 0;
		int next;
		do {
			next = readByte(buffer);
			value |= (shift < Long.SIZE) ? (long) (next & 0x7f) << shift : 0;
			shift += 7;
		}
		while (next >= 0x80);
		return value;
	}

	static long readSigned(ByteBuffer buffer) {
		int start = buffer.position();
		long value = readUnsigned(buffer);
		int bits = 7 * (buffer.position() - start);
		boolean negative = (buffer.get(buffer.position() - 1) & 0x40) != 0;
		return (negative && bits < Long.SIZE) ? value | (-1L << bits) : value;
	}

	static long readOffset(ByteBuffer buffer, boolean wide) {
		return wide ? buffer.getLong() : readInt(buffer);
	}

	static void skip(ByteBuffer buffer, long count) {
		if (count < 0 || count > buffer.remaining()) {
			throw new BufferUnderflowException();
		}
		buffer.position(buffer.position() + (int) count);
	}

	/** Takes the next {@code count} bytes and returns a buffer over them. */
	static ByteBuffer slice(ByteBuffer buffer, long count) {
		int start = buffer.position();
		skip(buffer, count);
		return buffer.slice(start, (int) count).order(ByteOrder.LITTLE_ENDIAN);
	}

	/** Skips a zero-terminated string, and returns whether it is empty. */
	static boolean skipString(ByteBuffer buffer) {
		int start = buffer.position();
		int next;
		do {
			next = readByte(buffer);
		}
		while (next != 0);
		return buffer.position() == start + 1;
	}

}
