package io.gatewaywasm.host.engine.chicory;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * Adds function names to a binary, because the text compiler used here omits them.
 */
final class NameSection {

	private NameSection() {
	}

	static byte[] append(byte[] wasm, Map<Integer, String> names) {
		ByteArrayOutputStream functions = new ByteArrayOutputStream();
		unsigned(functions, names.size());
		new TreeMap<>(names).forEach((index, name) -> {
			unsigned(functions, index);
			vector(functions, name.getBytes(StandardCharsets.UTF_8));
		});
		ByteArrayOutputStream section = new ByteArrayOutputStream();
		vector(section, "name".getBytes(StandardCharsets.UTF_8));
		section.write(1);
		vector(section, functions.toByteArray());
		ByteArrayOutputStream module = new ByteArrayOutputStream();
		module.writeBytes(wasm);
		module.write(0);
		vector(module, section.toByteArray());
		return module.toByteArray();
	}

	private static void vector(ByteArrayOutputStream output, byte[] bytes) {
		unsigned(output, bytes.length);
		output.writeBytes(bytes);
	}

	private static void unsigned(ByteArrayOutputStream output, int value) {
		int rest = value;
		while (rest >= 0x80) {
			output.write(rest & 0x7f | 0x80);
			rest >>>= 7;
		}
		output.write(rest);
	}

}
