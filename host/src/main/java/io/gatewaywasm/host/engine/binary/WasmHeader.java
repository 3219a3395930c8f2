package io.gatewaywasm.host.engine.binary;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

import io.gatewaywasm.host.engine.ModuleException;
import org.jspecify.annotations.Nullable;

/**
 * Recognizes WebAssembly core modules, and the other kinds of files that are often
 * supplied by mistake.
 */
final class WasmHeader {

	private static final int MAGIC = 0x0061736d;

	private static final int LENGTH = 8;

	private static final int EXCERPT = 40;

	private WasmHeader() {
	}

	/** Checks that the bytes begin like a core module of version 1. */
	static void check(byte[] bytes) throws ModuleException {
		if (bytes.length == 0) {
			throw new ModuleException("The module is empty: it has no bytes.");
		}
		if (bytes.length < LENGTH && isMagicPrefix(bytes)) {
			throw new ModuleException("The module is truncated: it has only " + bytes.length + " bytes.");
		}
		if (bytes.length < LENGTH || number(bytes, 0) != MAGIC) {
			String look = describe(bytes);
			throw new ModuleException("This is not a WebAssembly module: it does not start with '\\0asm'"
					+ ((look != null) ? " but looks like " + look : "") + ".");
		}
		int version = number(bytes, 4);
		if (version == 0x0d000100 || version == 0x0a000100) {
			throw new ModuleException("This is a WebAssembly component, not a core module. Proxy-Wasm filters are core"
					+ " modules: build for wasm32-wasip1 (not wasip2) and without a component step.");
		}
		if (version != 0x01000000) {
			throw new ModuleException(String.format(Locale.ROOT,
					"This WebAssembly binary has version %08x, but only version 1 modules can be run.",
					Integer.reverseBytes(version)));
		}
	}

	private static boolean isMagicPrefix(byte[] bytes) {
		for (int i = 0; i < Math.min(bytes.length, Integer.BYTES); i++) {
			if (bytes[i] != (byte) (MAGIC >>> (24 - 8 * i))) {
				return false;
			}
		}
		return true;
	}

	private static int number(byte[] bytes, int offset) {
		int value = 0;
		for (int i = offset; i < offset + Integer.BYTES; i++) {
			value = value << 8 | ((i < bytes.length) ? bytes[i] & 0xff : 0);
		}
		return value;
	}

	private static @Nullable String describe(byte[] bytes) {
		int number = number(bytes, 0);
		if (number >>> 16 == 0x1f8b) {
			return "gzip: decompress it first (a layer of an OCI image is a tar.gz that holds the module)";
		}
		if (number == 0x504b0304) {
			return "a zip or jar archive";
		}
		if (number == 0x28b52ffd) {
			return "zstd: decompress it first";
		}
		if (bytes.length > 262 && number(bytes, 257) == 0x75737461) {
			return "a tar archive: extract the module from it first";
		}
		if (number == 0x7f454c46 || number == 0xcffaedfe || number >>> 16 == 0x4d5a) {
			return "a native program or library: build it for a wasm32 target";
		}
		return describeText(bytes);
	}

	private static @Nullable String describeText(byte[] bytes) {
		String text = new String(bytes, 0, Math.min(bytes.length, 1024), StandardCharsets.UTF_8);
		if (text.chars().anyMatch((c) -> (c < ' ' && !Character.isWhitespace(c)) || c == 0xfffd)) {
			return null;
		}
		text = text.replace("\ufeff", "").strip();
		if (text.startsWith("<")) {
			return "an HTML or XML page: an error or login page may have come in its place";
		}
		if (text.startsWith("(module") || text.startsWith(";;") || text.startsWith("(;")) {
			return "WebAssembly text: convert it with wat2wasm";
		}
		if (text.startsWith("version https://git-lfs")) {
			return "a Git LFS pointer: fetch the file itself with 'git lfs pull'";
		}
		if (text.startsWith("{") || text.startsWith("[")) {
			return "JSON";
		}
		String line = text.lines().findFirst().orElse("");
		return "text: \"" + ((line.length() > EXCERPT) ? line.substring(0, EXCERPT) + "…" : line) + "\"";
	}

}
