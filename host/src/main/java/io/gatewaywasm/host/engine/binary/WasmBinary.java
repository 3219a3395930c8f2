package io.gatewaywasm.host.engine.binary;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.gatewaywasm.host.engine.ModuleException;

/**
 * The sections of a WebAssembly binary, without their decoded content.
 *
 * @param bytes the whole binary
 * @param sections its sections in order
 */
public record WasmBinary(byte[] bytes, List<Section> sections) {

	public static final int CUSTOM = 0;

	static final int TYPE = 1;

	static final int IMPORT = 2;

	static final int FUNCTION = 3;

	static final int TABLE = 4;

	static final int GLOBAL = 6;

	static final int EXPORT = 7;

	static final int ELEMENT = 9;

	public static final int CODE = 10;

	public static final int DATA = 11;

	static final int DATA_COUNT = 12;

	static final int TAG = 13;

	private static final int HEADER = 8;

	private static final String[] NAMES = { "custom", "type", "import", "function", "table", "memory", "global",
			"export", "start", "element", "code", "data", "data count", "tag" };

	/**
	 * A section.
	 *
	 * @param id the kind of the section
	 * @param header the position of the section
	 * @param start the position of its content
	 * @param end the position after its content
	 */
	public record Section(int id, int header, int start, int end) {

	}

	/**
	 * Splits a binary into its sections. Fails if the bytes are not a complete
	 * WebAssembly module.
	 */
	public static WasmBinary of(byte[] bytes) throws ModuleException {
		WasmHeader.check(bytes);
		List<Section> sections = new ArrayList<>();
		ByteCursor cursor = new ByteCursor(bytes, HEADER, bytes.length);
		try {
			while (cursor.hasRemaining()) {
				int header = cursor.position();
				int id = cursor.readByte();
				long size = cursor.readUnsigned();
				if (size > cursor.remaining()) {
					TextFilterDetection.check(bytes);
					throw new ModuleException("The module is truncated: its " + nameOf(id) + " section needs " + size
							+ " bytes, but only " + cursor.remaining() + " are left. Was the download complete?");
				}
				int start = cursor.position();
				cursor.skip(size);
				sections.add(new Section(id, header, start, cursor.position()));
			}
		}
		catch (IndexOutOfBoundsException ex) {
			TextFilterDetection.check(bytes);
			throw new ModuleException(
					"The module is truncated: it ends within the header of a section. Was the download complete?", ex);
		}
		return new WasmBinary(bytes, List.copyOf(sections));
	}

	/** Returns the content of a custom section, empty if the section is absent. */
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
					// The parser reports malformed sections
				}
			}
		}
		return new ByteCursor(this.bytes, 0, 0);
	}

	/**
	 * Returns the index at which the content of the first section of a kind starts, or 0
	 * if the section is absent.
	 */
	public int contentStart(int id) {
		return content(id).position();
	}

	/**
	 * Returns the content of the first section of a kind, empty if the section is absent.
	 */
	ByteCursor content(int id) {
		for (Section section : this.sections) {
			if (section.id() == id) {
				return new ByteCursor(this.bytes, section.start(), section.end());
			}
		}
		return new ByteCursor(this.bytes, 0, 0);
	}

	static String nameOf(int id) {
		return (id >= 0 && id < NAMES.length) ? NAMES[id] : "unknown (" + id + ")";
	}

}
