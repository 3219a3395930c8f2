package io.gatewaywasm.tck.exchange;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A message as it was on the wire.
 *
 * @param startLine the request line or status line
 * @param headers names and values in order, with names as written
 * @param body the body without its framing
 * @param trailers names and values in order
 * @param framing how the end of the body was marked
 * @param end {@code complete}, or how the message ended early
 */
public record HttpMessage(String startLine, List<Field> headers, byte[] body, List<Field> trailers, String framing,
		String end) {

	/**
	 * A name, as written, and its value.
	 */
	public record Field(String name, String value) {

		static Field of(String line) {
			int colon = line.indexOf(':', 1);
			return (colon < 0) ? new Field(line, "")
					: new Field(line.substring(0, colon), line.substring(colon + 1).strip());
		}

		@Override
		public String toString() {
			return this.name + ": " + this.value;
		}

	}

	/** Returns the facts to compare, by name. */
	Map<String, String> facts(String start) {
		Map<String, String> facts = new LinkedHashMap<>();
		facts.put("start", start);
		facts.put("framing", this.framing);
		add(facts, "header ", this.headers);
		facts.put("body", Bytes.describe(this.body));
		add(facts, "trailer ", this.trailers);
		facts.put("end", this.end);
		facts.put("header-order",
				String.join(", ",
						this.headers.stream()
							.map((field) -> field.name().toLowerCase(Locale.ROOT))
							.filter((name) -> !ProxyHeaders.isHeader(name))
							.toList()));
		facts.put("header-case",
				String.join(", ",
						this.headers.stream()
							.map(Field::name)
							.filter((name) -> !ProxyHeaders.isHeader(name.toLowerCase(Locale.ROOT)))
							.sorted()
							.toList()));
		return facts;
	}

	private static void add(Map<String, String> facts, String prefix, List<Field> fields) {
		for (Field field : fields) {
			String name = field.name().toLowerCase(Locale.ROOT);
			if (!ProxyHeaders.isHeader(name)) {
				facts.merge(prefix + name, Bytes.escape(field.value()), (first, second) -> first + " | " + second);
			}
		}
	}

	String header(String name) {
		return this.headers.stream()
			.filter((field) -> field.name().equalsIgnoreCase(name))
			.map(Field::value)
			.findFirst()
			.orElse("");
	}

}
