package io.gatewaywasm.host.abi;

import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Serializes header maps in the format of {@link HeaderPairs}, into an array that is
 * reused for the next map. The map is visited once, and no intermediate objects are
 * created. Not thread-safe. The result of {@link #array()} is valid until the next map is
 * encoded.
 */
public final class HeaderPairsEncoder {

	/** An array that has become larger than this is not reused. */
	private static final int MAXIMUM_KEPT = 64 * 1024;

	private static final int INITIAL_SIZE = 1024;

	private final BiConsumer<String, String> visitor = this::appendHeader;

	private byte[] array = new byte[INITIAL_SIZE];

	private int[] lengths = new int[32];

	private int position;

	private int count;

	/**
	 * Creates an encoder.
	 */
	public HeaderPairsEncoder() {
	}

	/**
	 * Encodes a map with names in lowercase.
	 * @return this encoder, which contains the result
	 */
	public HeaderPairsEncoder encode(HeaderMap map) {
		int expected = map.size();
		begin(expected);
		map.forEach(this.visitor);
		return end(expected);
	}

	/**
	 * Encodes pairs with names in lowercase.
	 * @return this encoder, which contains the result
	 */
	public HeaderPairsEncoder encode(List<HeaderPair> pairs) {
		begin(pairs.size());
		for (HeaderPair pair : pairs) {
			appendHeader(pair.name(), pair.value());
		}
		return end(pairs.size());
	}

	/**
	 * Returns the array that starts with the serialized pairs. It can be longer than
	 * {@link #length()}, and must not be modified.
	 */
	public byte[] array() {
		return this.array;
	}

	/**
	 * Returns the length of the serialized pairs in bytes.
	 */
	public int length() {
		return this.position;
	}

	/**
	 * Returns the number of encoded pairs.
	 */
	public int count() {
		return this.count;
	}

	/**
	 * Returns a copy of the serialized pairs.
	 */
	public byte[] toByteArray() {
		return Arrays.copyOf(this.array, this.position);
	}

	void begin(int expectedCount) {
		if (this.array.length > MAXIMUM_KEPT) {
			this.array = new byte[INITIAL_SIZE];
		}
		this.count = 0;
		this.position = dataStart(expectedCount);
		reserve(0);
	}

	HeaderPairsEncoder end(int expectedCount) {
		int start = dataStart(expectedCount);
		int shift = dataStart(this.count) - start;
		if (shift != 0) {
			// The map reported a wrong size: make space for the table, or close the gap.
			reserve(shift);
			System.arraycopy(this.array, start, this.array, start + shift, this.position - start);
			this.position += shift;
		}
		writeInt(0, this.count);
		for (int i = 0; i < 2 * this.count; i++) {
			writeInt(4 + 4 * i, this.lengths[i]);
		}
		return this;
	}

	void append(byte[] name, byte[] value) {
		append(name);
		append(value);
		countPair(name.length, value.length);
	}

	private void appendHeader(String name, String value) {
		int nameLength = name.length();
		int valueLength = value.length();
		reserve((long) nameLength + valueLength + 2);
		byte[] target = this.array;
		int next = this.position;
		for (int i = 0; i < nameLength; i++) {
			char character = name.charAt(i);
			target[next++] = toByte((character >= 'A' && character <= 'Z') ? (char) (character + 32) : character);
		}
		target[next++] = 0;
		for (int i = 0; i < valueLength; i++) {
			target[next++] = toByte(value.charAt(i));
		}
		target[next++] = 0;
		this.position = next;
		countPair(nameLength, valueLength);
	}

	private void append(byte[] bytes) {
		reserve(bytes.length + 1L);
		System.arraycopy(bytes, 0, this.array, this.position, bytes.length);
		this.position += bytes.length;
		this.array[this.position++] = 0;
	}

	private void countPair(int nameLength, int valueLength) {
		int index = 2 * this.count++;
		if (index == this.lengths.length) {
			this.lengths = Arrays.copyOf(this.lengths, 2 * index);
		}
		this.lengths[index] = nameLength;
		this.lengths[index + 1] = valueLength;
	}

	private void reserve(long more) {
		long needed = this.position + more;
		if (needed > this.array.length) {
			this.array = Arrays.copyOf(this.array, Math.toIntExact(Math.max(needed, 2L * this.array.length)));
		}
	}

	private void writeInt(int index, int value) {
		this.array[index] = (byte) value;
		this.array[index + 1] = (byte) (value >>> 8);
		this.array[index + 2] = (byte) (value >>> 16);
		this.array[index + 3] = (byte) (value >>> 24);
	}

	private static int dataStart(int count) {
		return Math.addExact(4, Math.multiplyExact(8, count));
	}

	/** Characters that are not one byte become question marks, as they do on the wire. */
	private static byte toByte(char character) {
		return (character <= 0xFF) ? (byte) character : (byte) '?';
	}

}
