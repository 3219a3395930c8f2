package io.gatewaywasm.host.engine.dwarf;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/**
 * The encoding of a number or string in the header of a line program.
 */
enum Form {

	/** {@code DW_FORM_block}. */
	BLOCK(0x09),

	/** {@code DW_FORM_data1}. */
	DATA1(0x0b),

	/** {@code DW_FORM_data2}. */
	DATA2(0x05),

	/** {@code DW_FORM_data4}. */
	DATA4(0x06),

	/** {@code DW_FORM_data8}. */
	DATA8(0x07),

	/** {@code DW_FORM_data16}, used for file digests. */
	DATA16(0x1e),

	/** {@code DW_FORM_udata}. */
	UDATA(0x0f),

	/** {@code DW_FORM_string}. */
	STRING(0x08),

	/** {@code DW_FORM_line_strp}. */
	LINE_STRP(0x1f),

	/** {@code DW_FORM_strp}. */
	STRP(0x0e);

	private final long code;

	Form(long code) {
		this.code = code;
	}

	static Form of(long code) {
		for (Form form : values()) {
			if (form.code == code) {
				return form;
			}
		}
		// The size is not known
		throw new BufferUnderflowException();
	}

	boolean isString() {
		return this == STRING || this == LINE_STRP || this == STRP;
	}

	/** Reads a number, or the position of a string in its section. */
	long read(ByteBuffer header, boolean wide) {
		return switch (this) {
			case BLOCK -> {
				Dwarf.skip(header, Dwarf.readUnsigned(header));
				yield 0;
			}
			case DATA1 -> Dwarf.readByte(header);
			case DATA2 -> Dwarf.readShort(header);
			case DATA4 -> Dwarf.readInt(header);
			case DATA8 -> header.getLong();
			case DATA16 -> {
				Dwarf.skip(header, 2 * Long.BYTES);
				yield 0;
			}
			case UDATA -> Dwarf.readUnsigned(header);
			case STRING -> {
				int start = header.position();
				Dwarf.skipString(header);
				yield start;
			}
			case LINE_STRP, STRP -> Dwarf.readOffset(header, wide);
		};
	}

	ByteBuffer section(ByteBuffer header, DebugSections sections) {
		return switch (this) {
			case LINE_STRP -> sections.lineStrings();
			case STRP -> sections.strings();
			default -> header;
		};
	}

}
