package io.gatewaywasm.host.engine.binary;

import com.dylibso.chicory.wasm.types.ValType;
import com.dylibso.chicory.wasm.types.WasmEncoding;

/**
 * Reads the immediate operands of instructions the way Chicory's parser does.
 */
final class Immediates {

	/** Stands for the type of a block without parameters and results. */
	static final int NO_RESULT = -1;

	/** Stands for the type of a block without parameters and with one result. */
	static final int ONE_RESULT = -2;

	private static final int EMPTY = 0x40;

	/** The alignment without the flag for a memory index. */
	private static final int ALIGNMENT = 0x3f;

	private Immediates() {
	}

	/** Returns the type index of a block, {@link #NO_RESULT} or {@link #ONE_RESULT}. */
	static int blockType(ByteCursor cursor) {
		int type = (int) cursor.readUnsigned();
		if (ByteCursor.isTypedReference(type)) {
			cursor.readSigned();
			return ONE_RESULT;
		}
		if (type == EMPTY) {
			return NO_RESULT;
		}
		return ValType.isValid(type) ? ONE_RESULT : type;
	}

	static void skip(ByteCursor cursor, WasmEncoding encoding) {
		switch (encoding) {
			case BYTE -> cursor.readByte();
			case VARUINT, VARSINT32, VARSINT64 -> cursor.skipNumber();
			case FLOAT32 -> cursor.skip(Float.BYTES);
			case FLOAT64 -> cursor.skip(Double.BYTES);
			case V128 -> cursor.skip(2 * Long.BYTES);
			case VEC_VALUE_TYPE -> {
				long types = cursor.readUnsigned();
				for (long i = 0; i < types; i++) {
					skipType(cursor);
				}
			}
			case MEMARG -> {
				if (cursor.readUnsigned() > ALIGNMENT) {
					cursor.skipNumber();
				}
				cursor.skipNumber();
			}
			case BLOCK_TYPE, VEC_VARUINT, VEC_CATCH ->
				throw new IllegalStateException("Only instructions that are handled elsewhere have " + encoding);
		}
	}

	static void skipType(ByteCursor cursor) {
		if (ByteCursor.isTypedReference(cursor.readByte())) {
			cursor.readSigned();
		}
	}

}
