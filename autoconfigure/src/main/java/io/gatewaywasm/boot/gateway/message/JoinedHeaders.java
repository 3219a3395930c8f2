package io.gatewaywasm.boot.gateway.message;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Headers whose repeated values a guest sees as one value, separated by commas, as in
 * Envoy. A guest that reads a single value thus sees all of them.
 */
final class JoinedHeaders {

	static final JoinedHeaders OF_REQUESTS = new JoinedHeaders("accept", "accept-encoding",
			"access-control-request-headers", "authorization", "cache-control", "content-encoding", "content-type",
			"if-match", "if-modified-since", "if-none-match", "if-range", "if-unmodified-since", "origin", "pragma",
			"te", "user-agent", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-request-id");

	static final JoinedHeaders OF_RESPONSES = new JoinedHeaders("access-control-allow-origin", "age", "cache-control",
			"content-encoding", "content-type", "etag", "expires", "last-modified", "location", "vary", "via",
			"x-request-id");

	private final Map<String, Integer> indexes = new HashMap<>();

	/**
	 * A bit set of the lengths of all names, so that most headers are recognized by their
	 * length.
	 */
	private long lengths;

	private JoinedHeaders(String... names) {
		for (String name : names) {
			this.indexes.put(name, this.indexes.size());
			this.lengths |= 1L << name.length();
		}
	}

	boolean contains(String name) {
		return index(name) >= 0;
	}

	private int index(String name) {
		if (name.length() >= Long.SIZE || (this.lengths >>> name.length() & 1) == 0) {
			return -1;
		}
		Integer index = this.indexes.get(name);
		return (index != null) ? index : this.indexes.getOrDefault(name.toLowerCase(Locale.ROOT), -1);
	}

	/**
	 * Visits headers. A header of this set that occurs several times is visited once, at
	 * its first position.
	 */
	void forEach(Consumer<BiConsumer<String, String>> headers, BiConsumer<String, String> visitor) {
		Repetitions repetitions = new Repetitions();
		headers.accept((name, value) -> repetitions.add(index(name)));
		if (repetitions.repeated == 0) {
			headers.accept(visitor);
			return;
		}
		Map<Integer, StringJoiner> joined = new HashMap<>();
		headers.accept((name, value) -> {
			int index = index(name);
			if (repetitions.isRepeated(index)) {
				joined.computeIfAbsent(index, (absent) -> new StringJoiner(",")).add(value);
			}
		});
		Set<Integer> visited = new HashSet<>();
		headers.accept((name, value) -> {
			int index = index(name);
			if (!repetitions.isRepeated(index)) {
				visitor.accept(name, value);
			}
			else if (visited.add(index)) {
				visitor.accept(name, String.valueOf(joined.get(index)));
			}
		});
	}

	/** Returns the number of headers that a guest sees. */
	int count(Consumer<Consumer<String>> headers) {
		Repetitions repetitions = new Repetitions();
		headers.accept((name) -> repetitions.add(index(name)));
		return repetitions.distinct;
	}

	/** Joins the values of one header. */
	static String join(List<String> values) {
		return (values.size() == 1) ? values.get(0) : String.join(",", values);
	}

	/** Counts headers and remembers which of them are repeated. */
	private static final class Repetitions {

		private long seen;

		private long repeated;

		private int distinct;

		private void add(int index) {
			if (index < 0) {
				this.distinct++;
				return;
			}
			long bit = 1L << index;
			if ((this.seen & bit) == 0) {
				this.seen |= bit;
				this.distinct++;
			}
			else {
				this.repeated |= bit;
			}
		}

		private boolean isRepeated(int index) {
			return index >= 0 && (this.repeated >>> index & 1) != 0;
		}

	}

}
