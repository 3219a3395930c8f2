package io.gatewaywasm.host.engine.binary;

import java.io.ByteArrayOutputStream;

/**
 * Writes numbers in WebAssembly's LEB128 encoding.
 */
public final class Leb128 {

	private Leb128() {
	}

	public static void writeUnsigned(ByteArrayOutputStream output, int value) {
		int rest = value;
		while (rest >>> 7 != 0) {
			output.write((rest & 0x7f) | 0x80);
			rest >>>= 7;
		}
		output.write(rest);
	}

	public static void writeSigned(ByteArrayOutputStream output, int value) {
		int rest = value;
		while (rest < -64 || rest > 63) {
			output.write((rest & 0x7f) | 0x80);
			rest >>= 7;
		}
		output.write(rest & 0x7f);
	}

}
