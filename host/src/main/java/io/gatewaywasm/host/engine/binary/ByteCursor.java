package io.gatewaywasm.host.engine.binary;

import java.util.Arrays;

/**
 * Reads WebAssembly's primitive encodings from a range of an array. Every read past the
 * end throws an {@link IndexOutOfBoundsException}.
 */
final class ByteCursor {

	private static final int NULLABLE = 0x63;

	private static final int NOT_NULLABLE = 0x64;

	private final byte[] bytes;

	private final int limit;

	private int position;

	ByteCursor(byte[] bytes, int position, int limit) {
		this.bytes = bytes;
		this.position = position;
		this.limit = limit;
	}

	int position() {
		return this.position;
	}

	int remaining() {
		return this.limit - this.position;
	}

	boolean hasRemaining() {
		return this.position < this.limit;
	}

	int readByte() {
		if (this.position >= this.limit) {
			throw new IndexOutOfBoundsException(this.position);
		}
		return this.bytes[this.position++] & 0xff;
	}

	/** Reads an unsigned LEB128 number of at most 32 bits. */
	long readUnsigned() {
		long value = 0;
		for (int shift = 0; shift < 35; shift += 7) {
			int next = readByte();
			value |= (long) (next & 0x7f) << shift;
			if (next < 0x80) {
				break;
			}
		}
		return value;
	}

	/** Reads a signed LEB128 number of at most 32 bits. */
	int readSigned() {
		int value = 0;
		int shift = 0;
		int next;
		do {
			next = readByte();
			value |= (next & 0x7f) << shift;
			shift += 7;
		}
		while (next >= 0x80 && shift < 35);
		return (shift < 32 && (next & 0x40) != 0) ? value | (-1 << shift) : value;
	}

	/** Skips a LEB128 number of any size. */
	void skipNumber() {
		while (readByte() >= 0x80) {
			// The continuation bit is set
		}
	}

	/**
	 * Returns whether this byte begins a reference type that is followed by a heap type.
	 */
	static boolean isTypedReference(int type) {
		return type == NULLABLE || type == NOT_NULLABLE;
	}

	void skip(long count) {
		if (count < 0 || count > remaining()) {
			throw new IndexOutOfBoundsException(count);
		}
		this.position += (int) count;
	}

	/** Takes the next {@code count} bytes and returns a cursor over them. */
	ByteCursor slice(long count) {
		int start = this.position;
		skip(count);
		return new ByteCursor(this.bytes, start, this.position);
	}

	/** Reads a vector of bytes and returns whether it equals the expected bytes. */
	boolean startsWith(byte[] expected) {
		ByteCursor name = slice(readUnsigned());
		return Arrays.equals(this.bytes, name.position, name.limit, expected, 0, expected.length);
	}

	void copyTo(byte[] destination, int offset) {
		System.arraycopy(this.bytes, this.position, destination, offset, remaining());
	}

	byte[] toByteArray() {
		return Arrays.copyOfRange(this.bytes, this.position, this.limit);
	}

}
