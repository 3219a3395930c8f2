package io.gatewaywasm.test.trace;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.stream.Collectors;

import io.gatewaywasm.host.abi.BufferType;
import io.gatewaywasm.host.abi.HeaderPairs;
import io.gatewaywasm.host.abi.LogLevel;
import io.gatewaywasm.host.abi.MapType;
import io.gatewaywasm.host.abi.MetricType;
import io.gatewaywasm.host.abi.PropertyPath;
import io.gatewaywasm.host.abi.StreamType;
import org.jspecify.annotations.Nullable;

/**
 * How a number, or the bytes that a pointer and a length mean, read.
 */
enum CallForm {

	INT, UNSIGNED, LONG, BOOLEAN, LEVEL, MAP, BUFFER, STREAM, METRIC,

	/** Bytes, in quotes where they are text. */
	TEXT,

	/** Serialized headers. */
	PAIRS,

	/** The path of a property. */
	PATH;

	private static final int LONGEST = 400;

	static CallForm of(String name) {
		return valueOf(name.toUpperCase(Locale.ROOT));
	}

	boolean isPair() {
		return this == TEXT || this == PAIRS || this == PATH;
	}

	String number(long value) {
		int code = (int) value;
		return switch (this) {
			case UNSIGNED -> (code == -1) ? "all" : Integer.toUnsignedString(code);
			case LONG -> Long.toString(value);
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

	String bytes(byte[] bytes) {
		return switch (this) {
			case PAIRS -> HeaderPairs.decode(bytes)
				.stream()
				.map((pair) -> pair.name() + ": " + pair.value())
				.collect(Collectors.joining(", ", "{", "}"));
			case PATH -> String.join(".", PropertyPath.decode(bytes));
			default -> text(bytes);
		};
	}

	private static String text(byte[] bytes) {
		String text = decode(bytes);
		if (text == null) {
			return shortened("0x" + HexFormat.of().formatHex(bytes), bytes.length);
		}
		return '"' + shortened(text.replace("\r", "\\r").replace("\n", "\\n"), bytes.length) + '"';
	}

	private static String shortened(String text, int size) {
		return (text.length() <= LONGEST) ? text : text.substring(0, LONGEST) + "… (" + size + " bytes)";
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
