package io.gatewaywasm.boot.plugin;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Modules that take long to compile for their size.
 */
enum CompileBomb {

	/** Large functions, of which half are too large for a JVM method. */
	TOO_LARGE_AND_ALMOST(0, 20, 20),

	TWICE_AS_MANY(0, 40, 40),

	ONE_FAR_TOO_LARGE(0, 0, 0, new int[] { 1_000_000 }),

	MANY_TYPES(2000, 0, 0, new int[500]),

	MOST_TYPES(99_000, 0, 0, new int[10]);

	private static final byte[] SHORT = { 0x42, 3, 0x1a };

	/** A constant of 2^40. */
	private static final byte[] LONG = { 0x42, (byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, 0x20,
			0x1a };

	private final int types;

	private final int almost;

	private final int tooLarge;

	private final int[] others;

	CompileBomb(int types, int almost, int tooLarge, int... others) {
		this.types = types;
		this.almost = almost;
		this.tooLarge = tooLarge;
		this.others = others;
	}

	/** Returns a plugin's module. Modules with different numbers have different bytes. */
	byte[] module(int number) {
		int functions = 2 + this.almost + this.tooLarge + this.others.length;
		ByteArrayOutputStream typeSection = unsigned(this.types + 2);
		ByteArrayOutputStream functionSection = unsigned(functions);
		ByteArrayOutputStream code = unsigned(functions);
		typeSection.writeBytes(new byte[] { 0x60, 0, 0, 0x60, 1, 0x7f, 1, 0x7f });
		for (int i = 0; i < this.types; i++) {
			typeSection.writeBytes(new byte[] { 0x60, 0, 0 });
		}
		function(code, new byte[0], 0);
		function(code, new byte[] { 0x41, 0 }, 1);
		functionSection.write(0);
		functionSection.write(1);
		for (int i = 0; i < this.almost; i++) {
			function(code, LONG, 9000);
		}
		for (int i = 0; i < this.tooLarge; i++) {
			function(code, SHORT, 17_000);
		}
		for (int length : this.others) {
			function(code, SHORT, length);
		}
		functionSection.writeBytes(new byte[functions - 2]);
		ByteArrayOutputStream module = new ByteArrayOutputStream();
		module.writeBytes(new byte[] { 0, 'a', 's', 'm', 1, 0, 0, 0 });
		section(module, 1, typeSection);
		section(module, 3, functionSection);
		section(module, 5, bytes(1, 0, 1));
		ByteArrayOutputStream exports = bytes(3);
		export(exports, "memory", 2, 0);
		export(exports, "proxy_abi_version_0_2_1", 0, 0);
		export(exports, "malloc", 0, 1);
		section(module, 7, exports);
		section(module, 10, code);
		section(module, 0, bytes(1, 'n', number));
		return module.toByteArray();
	}

	private static void function(ByteArrayOutputStream code, byte[] instruction, int times) {
		code.writeBytes(unsigned(instruction.length * times + 2).toByteArray());
		code.write(0);
		for (int i = 0; i < times; i++) {
			code.writeBytes(instruction);
		}
		code.write(0x0b);
	}

	private static void export(ByteArrayOutputStream exports, String name, int kind, int index) {
		exports.write(name.length());
		exports.writeBytes(name.getBytes(StandardCharsets.US_ASCII));
		exports.write(kind);
		exports.write(index);
	}

	private static void section(ByteArrayOutputStream module, int id, ByteArrayOutputStream content) {
		module.write(id);
		module.writeBytes(unsigned(content.size()).toByteArray());
		module.writeBytes(content.toByteArray());
	}

	private static ByteArrayOutputStream bytes(int... values) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		for (int value : values) {
			bytes.write(value);
		}
		return bytes;
	}

	private static ByteArrayOutputStream unsigned(int value) {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		int rest = value;
		while (rest > 0x7f) {
			bytes.write(rest & 0x7f | 0x80);
			rest >>>= 7;
		}
		bytes.write(rest);
		return bytes;
	}

}
