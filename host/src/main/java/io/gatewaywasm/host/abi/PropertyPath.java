package io.gatewaywasm.host.abi;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the serialized form of property paths: segments separated by one NUL each. C++
 * guests end the path by another NUL, Rust and Go guests do not.
 */
public final class PropertyPath {

	private PropertyPath() {
	}

	/**
	 * Split a path into its segments.
	 * @param data the serialized path
	 * @return the segments, at least one; that of an empty path is empty
	 */
	public static List<String> decode(byte[] data) {
		List<String> segments = new ArrayList<>(4);
		int start = 0;
		for (int i = 0; i < data.length; i++) {
			if (data[i] == 0) {
				segments.add(segment(data, start, i));
				start = i + 1;
			}
		}
		if (start < data.length || segments.isEmpty()) {
			segments.add(segment(data, start, data.length));
		}
		return segments;
	}

	private static String segment(byte[] data, int start, int end) {
		return new String(data, start, end - start, StandardCharsets.UTF_8);
	}

}
