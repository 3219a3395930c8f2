package io.gatewaywasm.converter;

import java.util.Iterator;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Writes a value as JSON, the format of structured configurations for filters.
 */
final class Json {

	private final StringBuilder json = new StringBuilder();

	private Json() {
	}

	static String write(@Nullable Object value) {
		Json writer = new Json();
		writer.append(value, "\n");
		return writer.json.toString();
	}

	private void append(@Nullable Object value, String lineBreak) {
		if (value instanceof Map<?, ?> map) {
			appendMap(map, lineBreak);
		}
		else if (value instanceof List<?> list) {
			appendList(list, lineBreak);
		}
		else if (value == null || value instanceof Number || value instanceof Boolean) {
			this.json.append(value);
		}
		else {
			appendText(value.toString());
		}
	}

	private void appendMap(Map<?, ?> map, String lineBreak) {
		String inner = lineBreak + "  ";
		this.json.append('{');
		for (Iterator<? extends Map.Entry<?, ?>> entries = map.entrySet().iterator(); entries.hasNext();) {
			Map.Entry<?, ?> entry = entries.next();
			this.json.append(inner);
			appendText(String.valueOf(entry.getKey()));
			this.json.append(": ");
			append(entry.getValue(), inner);
			this.json.append(entries.hasNext() ? "," : lineBreak);
		}
		this.json.append('}');
	}

	private void appendList(List<?> list, String lineBreak) {
		boolean flat = list.stream().noneMatch((element) -> element instanceof Map || element instanceof List);
		String inner = flat ? " " : lineBreak + "  ";
		this.json.append('[');
		for (Iterator<?> elements = list.iterator(); elements.hasNext();) {
			this.json.append(inner);
			append(elements.next(), inner);
			this.json.append(elements.hasNext() ? "," : flat ? " " : lineBreak);
		}
		this.json.append(']');
	}

	private void appendText(String text) {
		this.json.append('"');
		for (int index = 0; index < text.length(); index++) {
			char character = text.charAt(index);
			switch (character) {
				case '"', '\\' -> this.json.append('\\').append(character);
				case '\n' -> this.json.append("\\n");
				case '\r' -> this.json.append("\\r");
				case '\t' -> this.json.append("\\t");
				default -> {
					if (character < ' ') {
						this.json.append("\\u%04x".formatted((int) character));
					}
					else {
						this.json.append(character);
					}
				}
			}
		}
		this.json.append('"');
	}

}
