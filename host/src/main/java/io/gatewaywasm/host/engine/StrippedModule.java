package io.gatewaywasm.host.engine;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;

import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;

/**
 * Takes out of a module what nobody reads once it is compiled: the bodies of its
 * functions, 24 times their size when parsed, and its custom sections.
 */
final class StrippedModule {

	/** A body of three bytes: no locals, {@code unreachable}, {@code end}. */
	private static final byte[] STUB = { 3, 0, 0x00, 0x0b };

	private static final int HEADER = 8;

	private StrippedModule() {
	}

	/**
	 * Strip a module.
	 * @param binary a valid module
	 * @return a smaller one with the same shape
	 */
	static byte[] strip(WasmBinary binary) {
		byte[] bytes = binary.bytes();
		ByteArrayOutputStream stripped = new ByteArrayOutputStream();
		stripped.write(bytes, 0, HEADER);
		for (WasmBinary.Section section : binary.sections()) {
			if (section.id() == WasmBinary.CODE) {
				ByteCursor code = new ByteCursor(bytes, section.start(), section.end());
				byte[] stubs = stubs((int) code.readUnsigned());
				stripped.write(WasmBinary.CODE);
				writeUnsigned(stripped, stubs.length);
				stripped.writeBytes(stubs);
			}
			else if (section.id() != WasmBinary.CUSTOM) {
				stripped.write(bytes, section.header(), section.end() - section.header());
			}
		}
		return stripped.toByteArray();
	}

	/**
	 * Decode a stripped module, without validating again what has been validated before.
	 * @param stripped the module
	 * @return the parsed module
	 */
	static WasmModule parse(byte[] stripped) {
		return Parser.builder().withValidation(false).build().parse(() -> new ByteArrayInputStream(stripped));
	}

	private static byte[] stubs(int count) {
		ByteArrayOutputStream stubs = new ByteArrayOutputStream();
		writeUnsigned(stubs, count);
		for (int i = 0; i < count; i++) {
			stubs.writeBytes(STUB);
		}
		return stubs.toByteArray();
	}

	private static void writeUnsigned(ByteArrayOutputStream output, int value) {
		int rest = value;
		while (rest >= 0x80) {
			output.write((rest & 0x7f) | 0x80);
			rest >>>= 7;
		}
		output.write(rest);
	}

}
