package io.gatewaywasm.host.abi;

import java.nio.charset.StandardCharsets;

/**
 * Linear memory of a guest. Pointers and lengths are unsigned 32 bit values in Java's
 * {@code int}; numbers are little-endian. Every access outside the memory throws
 * {@link GuestMemoryException} and changes nothing. Used only by the thread that is
 * inside the VM; the memory may grow during any call into the guest, so no caller keeps
 * anything derived from it across such a call.
 */
public interface GuestMemory {

	/**
	 * Return the current size.
	 * @return the size in bytes
	 */
	long size();

	/**
	 * Copy bytes out of the guest.
	 * @param pointer where to start
	 * @param length how many bytes
	 * @return a new array, owned by the caller
	 */
	byte[] read(int pointer, int length);

	/**
	 * Copy bytes out of the guest into a string of one {@code char} per byte.
	 * @param pointer where to start
	 * @param length how many bytes
	 * @return the string
	 */
	default String readLatin1(int pointer, int length) {
		return new String(read(pointer, length), StandardCharsets.ISO_8859_1);
	}

	/**
	 * Return whether bytes in the guest are what {@link #readLatin1} would make a text
	 * of, without copying them.
	 * @param pointer where to start
	 * @param length how many bytes
	 * @param text the text
	 * @return whether they are the same
	 */
	default boolean isLatin1(int pointer, int length, String text) {
		return readLatin1(pointer, length).equals(text);
	}

	/**
	 * Copy bytes into the guest.
	 * @param pointer where to write
	 * @param source the array to read from, not kept
	 * @param offset where to start in the array
	 * @param length how many bytes
	 */
	void write(int pointer, byte[] source, int offset, int length);

	/**
	 * Copy a whole array into the guest.
	 * @param pointer where to write
	 * @param source the array, not kept
	 */
	default void write(int pointer, byte[] source) {
		write(pointer, source, 0, source.length);
	}

	/**
	 * Read a 32 bit number.
	 * @param pointer where to read
	 * @return the number
	 */
	int readInt(int pointer);

	/**
	 * Write a 32 bit number.
	 * @param pointer where to write
	 * @param value the number
	 */
	void writeInt(int pointer, int value);

	/**
	 * Write a 64 bit number.
	 * @param pointer where to write
	 * @param value the number
	 */
	void writeLong(int pointer, long value);

	/**
	 * Write one byte.
	 * @param pointer where to write
	 * @param value the byte
	 */
	void writeByte(int pointer, byte value);

	/**
	 * Throw unless a range lies inside the memory.
	 * @param pointer where the range starts
	 * @param length its length in bytes
	 */
	void check(int pointer, int length);

}
