package io.gatewaywasm.host.engine.binary;

import io.gatewaywasm.host.engine.ModuleException;

/**
 * Limits for the data section of a module, checked before it is parsed.
 */
final class DataBounds {

	/** The limit that browsers use, also for segments of elements. */
	static final int MAXIMUM_SEGMENTS = 100_000;

	/**
	 * Limit in bytes for the offsets of all data segments, each of which takes a few
	 * bytes.
	 */
	private static final int MAXIMUM_OFFSETS = 1 << 20;

	/** The kind of a data segment without an offset. */
	private static final int PASSIVE = 1;

	/** The kind of a data segment with a memory index. */
	private static final int EXPLICIT_MEMORY = 2;

	private DataBounds() {
	}

	/**
	 * Limits the number of segments and the size of their offsets. The content of
	 * segments needs no limit, because parsing it takes no more heap than its size.
	 */
	static void check(ByteCursor cursor) throws ModuleException {
		try {
			long segments = cursor.readUnsigned();
			CountLimit.check("data segments", segments, MAXIMUM_SEGMENTS);
			long offsets = 0;
			for (long i = 0; i < segments; i++) {
				long kind = cursor.readUnsigned();
				if (kind == EXPLICIT_MEMORY) {
					cursor.readUnsigned();
				}
				if (kind != PASSIVE) {
					int start = cursor.position();
					skipConstant(cursor);
					offsets += cursor.position() - start;
				}
				CountLimit.check("bytes in the offsets of its data", offsets, MAXIMUM_OFFSETS);
				cursor.skip(cursor.readUnsigned());
			}
		}
		catch (IndexOutOfBoundsException ex) {
			throw new ModuleException("The module is malformed: its data section ends within a segment.", ex);
		}
	}

	private static void skipConstant(ByteCursor cursor) throws ModuleException {
		while (true) {
			int code = cursor.readByte();
			switch (code) {
				case 0x0b -> {
					return;
				}
				case 0x41, 0x42, 0x23, 0xd0, 0xd2 -> cursor.skipNumber();
				case 0x43 -> cursor.skip(Float.BYTES);
				case 0x44 -> cursor.skip(Double.BYTES);
				case 0x6a, 0x6b, 0x6c, 0x7c, 0x7d, 0x7e -> {
				}
				default -> throw new ModuleException("The module is invalid: the offset of a data segment has the"
						+ " instruction 0x%02x, which is not constant or not supported.".formatted(code));
			}
		}
	}

}
