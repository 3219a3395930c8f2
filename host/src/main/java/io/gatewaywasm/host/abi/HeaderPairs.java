package io.gatewaywasm.host.abi;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Parses serialized header maps: the number of pairs, the lengths of each name and value,
 * then names and values, each followed by a NUL. All numbers are 32-bit little-endian.
 * {@link HeaderPairsEncoder} writes this format.
 */
public final class HeaderPairs {

	/** The maximum size in bytes that is accepted from a guest. */
	public static final int MAXIMUM_SIZE = 1024 * 1024;

	/** The maximum number of pairs that is accepted from a guest. */
	public static final int MAXIMUM_COUNT = 1024;

	private HeaderPairs() {
	}

	/**
	 * Decodes pairs from a guest. As in Envoy, data that is malformed, too large or
	 * followed by more bytes is an empty list rather than an error.
	 * @param data the serialized pairs
	 * @return the pairs in order, with names as the guest wrote them, one {@code char}
	 * per byte
	 */
	public static List<HeaderPair> decode(byte[] data) {
		if (data.length < 4 || data.length > MAXIMUM_SIZE) {
			return List.of();
		}
		int count = readInt(data, 0);
		if (count <= 0 || count > MAXIMUM_COUNT || 4 + 8 * count > data.length) {
			return List.of();
		}
		List<HeaderPair> pairs = new ArrayList<>(count);
		int position = 4 + 8 * count;
		for (int i = 0; i < count; i++) {
			int nameLength = readInt(data, 4 + 8 * i);
			int valueLength = readInt(data, 8 + 8 * i);
			if (!isTerminated(data, position, nameLength)) {
				return List.of();
			}
			int valuePosition = position + nameLength + 1;
			if (!isTerminated(data, valuePosition, valueLength)) {
				return List.of();
			}
			pairs.add(new HeaderPair(string(data, position, nameLength), string(data, valuePosition, valueLength)));
			position = valuePosition + valueLength + 1;
		}
		return (position == data.length) ? pairs : List.of();
	}

	private static boolean isTerminated(byte[] data, int position, int length) {
		return length >= 0 && length < data.length - position && data[position + length] == 0;
	}

	private static String string(byte[] data, int position, int length) {
		return new String(data, position, length, StandardCharsets.ISO_8859_1);
	}

	private static int readInt(byte[] data, int position) {
		return (data[position] & 0xFF) | (data[position + 1] & 0xFF) << 8 | (data[position + 2] & 0xFF) << 16
				| (data[position + 3] & 0xFF) << 24;
	}

}
