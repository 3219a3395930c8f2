package io.gatewaywasm.host.engine.binary;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

import io.gatewaywasm.host.engine.ModuleException;

/**
 * Adds line programs to a binary, because the text compiler used here omits them.
 */
public final class DebugInformation {

	private static final int OPCODE_BASE = 13;

	private static final int LINE_BASE = -5;

	private static final int LINE_RANGE = 14;

	private DebugInformation() {
	}

	/** Appends a custom section. */
	public static byte[] append(byte[] wasm, String name, byte[] content) {
		ByteArrayOutputStream section = new ByteArrayOutputStream();
		vector(section, name.getBytes(StandardCharsets.UTF_8));
		section.writeBytes(content);
		ByteArrayOutputStream module = new ByteArrayOutputStream();
		module.writeBytes(wasm);
		module.write(0);
		vector(module, section.toByteArray());
		return module.toByteArray();
	}

	/** Returns the offset of a function's body in the code section. */
	public static int start(byte[] wasm, int function) {
		try {
			ByteCursor code = WasmBinary.of(wasm).content(WasmBinary.CODE);
			int start = code.position();
			code.readUnsigned();
			for (int i = 0; i < function; i++) {
				code.slice(code.readUnsigned());
			}
			code.readUnsigned();
			return code.position() - start;
		}
		catch (ModuleException ex) {
			throw new AssertionError(ex);
		}
	}

	/**
	 * Returns a compilation unit with a line program. {@code version} is that of DWARF;
	 * {@code directory} is the second directory and contains the only file.
	 */
	public static byte[] unit(int version, Consumer<ByteArrayOutputStream> program, String directory, String file) {
		ByteArrayOutputStream rest = new ByteArrayOutputStream();
		rest.write(1);
		if (version >= 4) {
			rest.write(1);
		}
		rest.write(1);
		rest.write(LINE_BASE);
		rest.write(LINE_RANGE);
		rest.write(OPCODE_BASE);
		rest.writeBytes(new byte[] { 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1 });
		if (version < 5) {
			string(rest, directory);
			rest.write(0);
			string(rest, file);
			rest.writeBytes(new byte[] { 1, 0, 0 });
			rest.write(0);
		}
		else {
			// Inline strings, and the index of the directory
			rest.writeBytes(new byte[] { 1, 1, 0x08, 2 });
			string(rest, "/somewhere");
			string(rest, directory);
			rest.writeBytes(new byte[] { 2, 1, 0x08, 2, 0x0b, 2 });
			string(rest, file);
			rest.write(1);
			string(rest, file);
			rest.write(1);
		}
		ByteArrayOutputStream unit = new ByteArrayOutputStream();
		unit.writeBytes(number(version, Short.BYTES));
		if (version == 5) {
			unit.writeBytes(new byte[] { 4, 0 });
		}
		unit.writeBytes(number(rest.size(), Integer.BYTES));
		unit.writeBytes(rest.toByteArray());
		program.accept(unit);
		ByteArrayOutputStream whole = new ByteArrayOutputStream();
		whole.writeBytes(number(unit.size(), Integer.BYTES));
		whole.writeBytes(unit.toByteArray());
		return whole.toByteArray();
	}

	/** Maps the instructions from an address on to one line. */
	public static void line(ByteArrayOutputStream program, int address, int line, int length) {
		program.writeBytes(new byte[] { 0, 5, 2 });
		program.writeBytes(number(address, Integer.BYTES));
		program.write(3);
		Leb128.writeSigned(program, line - 1);
		program.write(1);
		program.write(2);
		Leb128.writeUnsigned(program, length);
		program.writeBytes(new byte[] { 0, 1, 1 });
	}

	public static byte[] number(long value, int bytes) {
		byte[] number = new byte[Long.BYTES];
		ByteBuffer.wrap(number).order(ByteOrder.LITTLE_ENDIAN).putLong(value);
		return java.util.Arrays.copyOf(number, bytes);
	}

	private static void string(ByteArrayOutputStream output, String text) {
		output.writeBytes(text.getBytes(StandardCharsets.UTF_8));
		output.write(0);
	}

	private static void vector(ByteArrayOutputStream output, byte[] bytes) {
		Leb128.writeUnsigned(output, bytes.length);
		output.writeBytes(bytes);
	}

}
