package io.gatewaywasm.host.engine;

import java.io.ByteArrayOutputStream;

/**
 * Writes numbers in WebAssembly's LEB128 encoding.
 */
final class Leb128 {

	private Leb128() {
	}

	static void writeUnsigned(ByteArrayOutputStream output, int value) {
		int rest = value;
		while (rest >>> 7 != 0) {
			output.write((rest & 0x7f) | 0x80);
			rest >>>= 7;
		}
		output.write(rest);
	}

	static void writeSigned(ByteArrayOutputStream output, int value) {
		int rest = value;
		while (rest < -64 || rest > 63) {
			output.write((rest & 0x7f) | 0x80);
			rest >>= 7;
		}
		output.write(rest & 0x7f);
	}

}
