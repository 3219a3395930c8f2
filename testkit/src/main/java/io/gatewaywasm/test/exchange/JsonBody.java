package io.gatewaywasm.test.exchange;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Parses a JSON body, without a library that could conflict with those of the tests.
 */
final class JsonBody {

	private static final Pattern STEP = Pattern.compile("\\G(?:\\.?([^.\\[\\]]+)|\\[(\\d+)\\])");

	private static final int DEEPEST = 500;

	private final String text;

	/** How the message of an exception begins. */
	private final String problem;

	private int position;

	private int depth;

	private JsonBody(String text, String problem) {
		this.text = text;
		this.problem = problem;
	}

	/**
	 * Parses JSON to the types of {@link #at}. An exception begins with the problem.
	 */
	static @Nullable Object parse(String text, String problem) {
		JsonBody body = new JsonBody(text, problem);
		Object value = body.value();
		body.space();
		if (body.position < text.length()) {
			throw body.unexpected();
		}
		return value;
	}

	/**
	 * Returns a value of a body: a map, list, string, {@code Long}, {@code BigDecimal},
	 * {@code Boolean} or {@code null}. {@code path} is the path, such as
	 * {@code $.items[0].name}; {@code $} is the whole value. Throws
	 * {@link IllegalArgumentException} if the body is not JSON, or the path does not lead
	 * to a value.
	 */
	static @Nullable Object at(String text, String path) {
		Object value = parse(text, "The body is not JSON");
		String steps = path.startsWith("$") ? path.substring(1) : path;
		Matcher matcher = STEP.matcher(steps);
		Object current = value;
		int end = 0;
		while (matcher.find()) {
			String name = matcher.group(1);
			if (name != null && current instanceof Map<?, ?> map && map.containsKey(name)) {
				current = map.get(name);
			}
			else if (name == null && current instanceof List<?> list
					&& Integer.parseInt(matcher.group(2)) < list.size()) {
				current = list.get(Integer.parseInt(matcher.group(2)));
			}
			else {
				throw new IllegalArgumentException("'%s' does not exist in %s".formatted(path, text));
			}
			end = matcher.end();
		}
		if (end < steps.length()) {
			throw new IllegalArgumentException(
					"'%s' is not a valid path. Use a path such as '$.items[0].name'".formatted(path));
		}
		return current;
	}

	/**
	 * Returns whether two values are the same JSON, regardless of the types of numbers.
	 */
	static boolean same(@Nullable Object one, @Nullable Object other) {
		if (one instanceof Number && other instanceof Number) {
			return new BigDecimal(one.toString()).compareTo(new BigDecimal(other.toString())) == 0;
		}
		if (one instanceof Map<?, ?> map && other instanceof Map<?, ?> otherMap) {
			return map.keySet().equals(otherMap.keySet())
					&& map.keySet().stream().allMatch((key) -> same(map.get(key), otherMap.get(key)));
		}
		if (one instanceof List<?> list && other instanceof List<?> otherList) {
			if (list.size() != otherList.size()) {
				return false;
			}
			for (int index = 0; index < list.size(); index++) {
				if (!same(list.get(index), otherList.get(index))) {
					return false;
				}
			}
			return true;
		}
		return Objects.equals(one, other);
	}

	private @Nullable Object value() {
		space();
		if (this.depth++ > DEEPEST) {
			throw new IllegalArgumentException("%s: it is nested more than %d times".formatted(this.problem, DEEPEST));
		}
		try {
			return switch (peek()) {
				case '{' -> object();
				case '[' -> array();
				case '"' -> string();
				case 't' -> word("true", true);
				case 'f' -> word("false", false);
				case 'n' -> word("null", null);
				default -> number();
			};
		}
		finally {
			this.depth--;
		}
	}

	private Map<String, @Nullable Object> object() {
		Map<String, @Nullable Object> object = new LinkedHashMap<>();
		take('{');
		space();
		while (peek() != '}') {
			if (!object.isEmpty()) {
				take(',');
				space();
			}
			String name = string();
			space();
			take(':');
			object.put(name, value());
			space();
		}
		take('}');
		return object;
	}

	private List<@Nullable Object> array() {
		List<@Nullable Object> array = new ArrayList<>();
		take('[');
		space();
		while (peek() != ']') {
			if (!array.isEmpty()) {
				take(',');
			}
			array.add(value());
			space();
		}
		take(']');
		return array;
	}

	private String string() {
		StringBuilder string = new StringBuilder();
		take('"');
		while (peek() != '"') {
			char character = next();
			string.append((character == '\\') ? escaped() : character);
		}
		take('"');
		return string.toString();
	}

	private char escaped() {
		char character = next();
		return switch (character) {
			case 'n' -> '\n';
			case 'r' -> '\r';
			case 't' -> '\t';
			case 'b' -> '\b';
			case 'f' -> '\f';
			case 'u' -> (char) Integer.parseInt("" + next() + next() + next() + next(), 16);
			default -> character;
		};
	}

	private Number number() {
		int start = this.position;
		while ("+-.eE0123456789".indexOf(peek()) >= 0) {
			this.position++;
		}
		try {
			BigDecimal number = new BigDecimal(this.text.substring(start, this.position));
			return (number.scale() == 0 && number.precision() < 19) ? Long.valueOf(number.longValue()) : number;
		}
		catch (NumberFormatException ex) {
			this.position = start;
			throw unexpected();
		}
	}

	private @Nullable Object word(String word, @Nullable Object value) {
		if (!this.text.startsWith(word, this.position)) {
			throw unexpected();
		}
		this.position += word.length();
		return value;
	}

	private void space() {
		while (" \t\r\n".indexOf(peek()) >= 0) {
			this.position++;
		}
	}

	private void take(char expected) {
		if (peek() != expected) {
			throw unexpected();
		}
		this.position++;
	}

	private char next() {
		if (this.position >= this.text.length()) {
			throw unexpected();
		}
		return this.text.charAt(this.position++);
	}

	/**
	 * Returns the next character, or, at the end, a character that is invalid in JSON.
	 */
	private char peek() {
		return (this.position < this.text.length()) ? this.text.charAt(this.position) : '\uffff';
	}

	private IllegalArgumentException unexpected() {
		String rest = this.text.substring(Math.min(this.position, this.text.length()));
		return new IllegalArgumentException("%s: at character %d, found %s in \"%s\"".formatted(this.problem,
				this.position, rest.isEmpty() ? "the end" : "'" + rest.charAt(0) + "'", this.text));
	}

}
