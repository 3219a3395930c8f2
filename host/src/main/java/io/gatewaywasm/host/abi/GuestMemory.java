package io.gatewaywasm.host.abi;

import java.nio.charset.StandardCharsets;

/**
 * The linear memory of a guest. Pointers and lengths are unsigned 32-bit values in Java's
 * {@code int}, and numbers are little-endian. Each access outside of the memory throws
 * {@link GuestMemoryException} and changes nothing. Used only by the thread that is
 * inside the VM. The memory can grow during each call of the guest, so callers must not
 * keep anything derived from it across such a call.
 */
public interface GuestMemory {

	/**
	 * Returns the current size in bytes.
	 */
	long size();

	/**
	 * Copies bytes from the guest to a new array.
	 * @param pointer the start address
	 * @param length the number of bytes
	 * @return a new array, owned by the caller
	 */
	byte[] read(int pointer, int length);

	/**
	 * Copies bytes from the guest to a string with one {@code char} per byte.
	 * @param pointer the start address
	 * @param length the number of bytes
	 */
	default String readLatin1(int pointer, int length) {
		return new String(read(pointer, length), StandardCharsets.ISO_8859_1);
	}

	/**
	 * Returns whether {@link #readLatin1} would return the text, without copying the
	 * bytes.
	 * @param pointer the start address
	 * @param length the number of bytes
	 * @param text the text
	 * @return whether they are equal
	 */
	default boolean isLatin1(int pointer, int length, String text) {
		return readLatin1(pointer, length).equals(text);
	}

	/**
	 * Copies bytes to the guest.
	 * @param pointer the target address
	 * @param source the array, which is not kept
	 * @param offset the start index in the array
	 * @param length the number of bytes
	 */
	void write(int pointer, byte[] source, int offset, int length);

	/**
	 * Copies an array to the guest.
	 * @param pointer the target address
	 * @param source the array, which is not kept
	 */
	default void write(int pointer, byte[] source) {
		write(pointer, source, 0, source.length);
	}

	/**
	 * Reads a 32-bit number.
	 */
	int readInt(int pointer);

	/**
	 * Writes a 32-bit number.
	 */
	void writeInt(int pointer, int value);

	/**
	 * Writes a 64-bit number.
	 */
	void writeLong(int pointer, long value);

	/**
	 * Writes a byte.
	 */
	void writeByte(int pointer, byte value);

	/**
	 * Throws an exception unless a range is inside the memory.
	 * @param pointer the start address
	 * @param length the number of bytes
	 */
	void check(int pointer, int length);

}
