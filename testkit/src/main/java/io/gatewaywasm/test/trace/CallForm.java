package io.gatewaywasm.test.trace;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.stream.Collectors;

import io.gatewaywasm.host.abi.BufferType;
import io.gatewaywasm.host.abi.GuestMemory;
import io.gatewaywasm.host.abi.HeaderPairs;
import io.gatewaywasm.host.abi.LogLevel;
import io.gatewaywasm.host.abi.MapType;
import io.gatewaywasm.host.abi.MetricType;
import io.gatewaywasm.host.abi.PropertyPath;
import io.gatewaywasm.host.abi.StreamType;
import org.jspecify.annotations.Nullable;

/**
 * How to display a number, or the bytes at a pointer.
 */
enum CallForm {

	INT, UNSIGNED, LONG, BOOLEAN, LEVEL, MAP, BUFFER, STREAM, METRIC,

	/** Bytes, in quotes if they are text. */
	TEXT,

	/** Serialized headers. */
	PAIRS,

	/** The path of a property. */
	PATH,

	/** A file descriptor. */
	FILE,

	/**
	 * The buffers that a WASI function reads, joined to one text, given by their pointer
	 * and number.
	 */
	BUFFERS;

	private static final int BUFFER_ENTRY = 8;

	private static final int MAX_BUFFERS = 64;

	private static final int LONGEST = 400;

	private static final int MAX_PAIRS = 4000;

	static CallForm of(String name) {
		return valueOf(name.toUpperCase(Locale.ROOT));
	}

	boolean isPair() {
		return this == TEXT || this == PAIRS || this == PATH || this == BUFFERS;
	}

	String number(long value) {
		int code = (int) value;
		return switch (this) {
			case UNSIGNED -> (code == -1) ? "all" : Integer.toUnsignedString(code);
			case LONG -> Long.toString(value);
			case FILE -> (code == 1) ? "stdout" : (code == 2) ? "stderr" : Integer.toString(code);
			case BOOLEAN -> Boolean.toString(code != 0);
			case LEVEL -> name(LogLevel.of(code), code);
			case MAP -> name(MapType.of(code), code);
			case BUFFER -> name(BufferType.of(code), code);
			case STREAM -> name(StreamType.of(code), code);
			case METRIC -> name(MetricType.of(code), code);
			default -> Integer.toString(code);
		};
	}

	private static String name(@Nullable Enum<?> constant, int code) {
		return (constant != null) ? constant.name() : Integer.toString(code);
	}

	/** Returns the bytes at a pointer. */
	byte[] read(GuestMemory memory, int pointer, int length) {
		if (this != BUFFERS) {
			return memory.read(pointer, length);
		}
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		for (int index = 0; index < Math.min(length, MAX_BUFFERS); index++) {
			int entry = pointer + index * BUFFER_ENTRY;
			bytes.writeBytes(memory.read(memory.readInt(entry), memory.readInt(entry + Integer.BYTES)));
		}
		return bytes.toByteArray();
	}

	String bytes(byte[] bytes) {
		return switch (this) {
			case PAIRS -> shortened(HeaderPairs.decode(bytes)
				.stream()
				.map((pair) -> pair.name() + ": " + pair.value())
				.collect(Collectors.joining(", ", "{", "}")), MAX_PAIRS, bytes.length);
			case PATH -> shortened(String.join(".", PropertyPath.decode(bytes)), LONGEST, bytes.length);
			default -> text(bytes);
		};
	}

	private static String text(byte[] bytes) {
		String text = decode(bytes);
		if (text == null) {
			return shortened("0x" + HexFormat.of().formatHex(bytes), LONGEST, bytes.length);
		}
		return '"' + shortened(text.replace("\r", "\\r").replace("\n", "\\n"), LONGEST, bytes.length) + '"';
	}

	private static String shortened(String text, int longest, int size) {
		return (text.length() <= longest) ? text : text.substring(0, longest) + "… (" + size + " bytes)";
	}

	private static @Nullable String decode(byte[] bytes) {
		try {
			String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
			boolean readable = text.chars()
				.allMatch((character) -> character >= ' ' || "\r\n\t".indexOf(character) >= 0);
			return readable ? text : null;
		}
		catch (CharacterCodingException ex) {
			return null;
		}
	}

}
