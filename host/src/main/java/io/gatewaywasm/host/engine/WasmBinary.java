package io.gatewaywasm.host.engine;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The outer structure of a WebAssembly binary, as far as it can be told without decoding
 * it.
 *
 * @param bytes the whole binary
 * @param sections its sections in order
 */
record WasmBinary(byte[] bytes, List<Section> sections) {

	static final int CUSTOM = 0;

	static final int TYPE = 1;

	static final int IMPORT = 2;

	static final int TABLE = 4;

	static final int GLOBAL = 6;

	static final int EXPORT = 7;

	static final int ELEMENT = 9;

	static final int CODE = 10;

	static final int DATA = 11;

	static final int DATA_COUNT = 12;

	static final int TAG = 13;

	private static final int HEADER = 8;

	private static final String[] NAMES = { "custom", "type", "import", "function", "table", "memory", "global",
			"export", "start", "element", "code", "data", "data count", "tag" };

	/**
	 * A section.
	 *
	 * @param id the kind of the section
	 * @param header where the section starts
	 * @param start where its content starts
	 * @param end where it ends
	 */
	record Section(int id, int header, int start, int end) {

	}

	/**
	 * Split a binary into its sections.
	 * @param bytes the binary
	 * @return the binary with its sections
	 * @throws ModuleException if the bytes are no complete WebAssembly module
	 */
	static WasmBinary of(byte[] bytes) throws ModuleException {
		WasmHeader.check(bytes);
		List<Section> sections = new ArrayList<>();
		ByteCursor cursor = new ByteCursor(bytes, HEADER, bytes.length);
		try {
			while (cursor.hasRemaining()) {
				int header = cursor.position();
				int id = cursor.readByte();
				long size = cursor.readUnsigned();
				if (size > cursor.remaining()) {
					throw new ModuleException("The module is truncated: its " + nameOf(id) + " section needs " + size
							+ " bytes, but only " + cursor.remaining() + " are left. Was the download complete?");
				}
				int start = cursor.position();
				cursor.skip((int) size);
				sections.add(new Section(id, header, start, cursor.position()));
			}
		}
		catch (IndexOutOfBoundsException ex) {
			throw new ModuleException(
					"The module is truncated: it ends within the header of a section." + " Was the download complete?",
					ex);
		}
		return new WasmBinary(bytes, List.copyOf(sections));
	}

	/**
	 * Return the content of a custom section.
	 * @param name the name of the section
	 * @return a cursor at its content, empty if there is no such section
	 */
	ByteCursor custom(String name) {
		byte[] expected = name.getBytes(StandardCharsets.UTF_8);
		for (Section section : this.sections) {
			if (section.id() == CUSTOM) {
				ByteCursor cursor = new ByteCursor(this.bytes, section.start(), section.end());
				try {
					if (cursor.startsWith(expected)) {
						return cursor;
					}
				}
				catch (IndexOutOfBoundsException ex) {
					// Malformed, which is for the parser to say
				}
			}
		}
		return new ByteCursor(this.bytes, 0, 0);
	}

	static String nameOf(int id) {
		return (id >= 0 && id < NAMES.length) ? NAMES[id] : "unknown (" + id + ")";
	}

}
