package io.gatewaywasm.host.engine.dwarf;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Reads names from debug sections. The total length is limited to more than any real
 * module has, because many entries can refer to the same long name.
 */
final class Names {

	private static final int LONGEST = 4096;

	private static final int MAXIMUM = 16 << 20;

	private int read;

	/** Returns the name at an offset, empty if it is missing or too long. */
	String read(ByteBuffer section, long offset) {
		if (offset < 0 || offset >= section.limit()) {
			return "";
		}
		int start = (int) offset;
		int end = start;
		while (end < section.limit() && section.get(end) != 0) {
			if (++end - start > LONGEST || ++this.read > MAXIMUM) {
				return "";
			}
		}
		byte[] name = new byte[end - start];
		section.get(start, name);
		return new String(name, StandardCharsets.UTF_8);
	}

}
