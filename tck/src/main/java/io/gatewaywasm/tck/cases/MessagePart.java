package io.gatewaywasm.tck.cases;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A part of a message: bytes to send, or a pause.
 *
 * @param bytes the bytes; empty for a pause
 * @param pause the milliseconds to wait; 0 for bytes
 */
public record MessagePart(byte[] bytes, int pause) {

	/**
	 * Reads parts: a text (one byte per character), {@code {pause: 50}} for a pause, or
	 * {@code {repeat: ab, size: 70000}} for a long text.
	 */
	static List<MessagePart> list(YamlMapping node, String key) {
		return node.list(key).stream().map((value) -> part(node.where() + "." + key, value)).toList();
	}

	private static MessagePart part(String where, @Nullable Object value) {
		if (!(value instanceof Map<?, ?>)) {
			return new MessagePart(latin1(String.valueOf(value)), 0);
		}
		YamlMapping node = new YamlMapping(where, value);
		MessagePart part;
		if (node.has("pause")) {
			part = new MessagePart(new byte[0], node.number("pause", 0));
		}
		else {
			byte[] pattern = latin1(node.text("repeat", "x"));
			byte[] bytes = new byte[node.number("size", 0)];
			for (int i = 0; i < bytes.length; i++) {
				bytes[i] = pattern[i % pattern.length];
			}
			part = new MessagePart(bytes, 0);
		}
		node.finish();
		return part;
	}

	private static byte[] latin1(String text) {
		return text.getBytes(StandardCharsets.ISO_8859_1);
	}

	static int size(List<MessagePart> parts) {
		return parts.stream().mapToInt((part) -> part.bytes().length).sum();
	}

}
