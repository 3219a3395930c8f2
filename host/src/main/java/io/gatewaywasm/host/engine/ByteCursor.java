package io.gatewaywasm.host.engine;

import java.util.Arrays;

/**
 * Reads WebAssembly's primitive encodings from a range of an array. Every read past the
 * end throws {@link IndexOutOfBoundsException}.
 */
final class ByteCursor {

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

	/**
	 * Read a LEB128 number of at most 32 bits.
	 * @return the number
	 */
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

	/**
	 * Read a signed LEB128 number of at most 32 bits.
	 * @return the number
	 */
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

	void skip(int count) {
		if (count < 0 || count > remaining()) {
			throw new IndexOutOfBoundsException(count);
		}
		this.position += count;
	}

	/**
	 * Take a range off the front.
	 * @param count its length
	 * @return a cursor over that range
	 */
	ByteCursor slice(long count) {
		int start = this.position;
		skip(Math.toIntExact(count));
		return new ByteCursor(this.bytes, start, this.position);
	}

	/**
	 * Read a vector of bytes and compare it.
	 * @param expected the bytes to compare with
	 * @return whether they are equal
	 */
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
