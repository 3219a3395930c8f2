package io.gatewaywasm.host.abi;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Parses serialized property paths, whose segments are separated by a NUL. C++ guests add
 * another NUL at the end, Rust and Go guests do not.
 */
public final class PropertyPath {

	/**
	 * The maximum number of segments. Each takes more memory in the host than in the
	 * guest.
	 */
	private static final int MAX_SEGMENTS = 1000;

	private PropertyPath() {
	}

	/**
	 * Splits a path into its segments.
	 * @param data the serialized path
	 * @return the segments, at least one, which is empty if the path is empty
	 * @throws StatusException if there are more than 1000 segments
	 */
	public static List<String> decode(byte[] data) {
		List<String> segments = new ArrayList<>(4);
		int start = 0;
		for (int i = 0; i < data.length; i++) {
			if (data[i] == 0) {
				if (segments.size() == MAX_SEGMENTS) {
					throw StatusException.of(Status.BAD_ARGUMENT);
				}
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
