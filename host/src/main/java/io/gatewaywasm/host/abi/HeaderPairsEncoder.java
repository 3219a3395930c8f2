package io.gatewaywasm.host.abi;

import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Writes the serialized form of header maps (see {@link HeaderPairs}) into an array that
 * it keeps for the next map. The map is visited once and nothing is converted in between.
 * Not thread-safe; what {@link #array()} returns is valid until the next map.
 */
public final class HeaderPairsEncoder {

	/** An array that grew beyond this for one large map is not kept for the next. */
	private static final int MAXIMUM_KEPT = 64 * 1024;

	private static final int INITIAL_SIZE = 1024;

	private final BiConsumer<String, String> visitor = this::appendHeader;

	private byte[] array = new byte[INITIAL_SIZE];

	private int[] lengths = new int[32];

	private int position;

	private int count;

	/**
	 * Encode a map, names in lower case.
	 * @param map the map
	 * @return this encoder, which now holds the serialized map
	 */
	public HeaderPairsEncoder encode(HeaderMap map) {
		int expected = map.size();
		begin(expected);
		map.forEach(this.visitor);
		return end(expected);
	}

	/**
	 * Encode pairs, names in lower case.
	 * @param pairs the pairs
	 * @return this encoder, which now holds the serialized pairs
	 */
	public HeaderPairsEncoder encode(List<HeaderPair> pairs) {
		begin(pairs.size());
		for (HeaderPair pair : pairs) {
			appendHeader(pair.name(), pair.value());
		}
		return end(pairs.size());
	}

	/**
	 * Return the array that starts with the serialized pairs.
	 * @return the array, longer than {@link #length()}, not to be changed
	 */
	public byte[] array() {
		return this.array;
	}

	/**
	 * Return the length of the serialized pairs.
	 * @return the length in bytes
	 */
	public int length() {
		return this.position;
	}

	/**
	 * Return the number of pairs that were encoded.
	 * @return the number of pairs
	 */
	public int count() {
		return this.count;
	}

	/**
	 * Return a copy of the serialized pairs.
	 * @return a new array
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
			// The map's size was wrong: make room for the table or close the gap.
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

	/** Anything else than one byte becomes a question mark, as it does on the wire. */
	private static byte toByte(char character) {
		return (character <= 0xFF) ? (byte) character : (byte) '?';
	}

}
