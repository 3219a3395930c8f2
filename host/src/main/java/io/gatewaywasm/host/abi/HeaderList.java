package io.gatewaywasm.host.abi;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;

/**
 * Headers or trailers in memory: pairs in insertion order, including repeated names.
 * Names keep their case, and are compared case-insensitively. Names that start with a
 * colon have no special meaning, in contrast to {@link MessageHeaders}. Not thread-safe.
 * A visitor must not change the list.
 */
public final class HeaderList implements HeaderMap {

	private final List<HeaderPair> pairs;

	/**
	 * Creates an empty list.
	 */
	public HeaderList() {
		this.pairs = new ArrayList<>();
	}

	/**
	 * Creates a list with a copy of the pairs.
	 * @param pairs the initial pairs in order
	 */
	public HeaderList(List<HeaderPair> pairs) {
		this.pairs = new ArrayList<>(pairs);
	}

	/**
	 * Creates a list.
	 * @param namesAndValues the initial pairs, alternating names and values
	 * @throws IllegalArgumentException if a name has no value
	 */
	public static HeaderList of(String... namesAndValues) {
		if (namesAndValues.length % 2 != 0) {
			throw new IllegalArgumentException("'namesAndValues' must contain a value for each name");
		}
		HeaderList headers = new HeaderList();
		for (int i = 0; i < namesAndValues.length; i += 2) {
			headers.add(namesAndValues[i], namesAndValues[i + 1]);
		}
		return headers;
	}

	/**
	 * Returns an immutable copy of the pairs.
	 */
	public List<HeaderPair> toList() {
		return List.copyOf(this.pairs);
	}

	@Override
	public int size() {
		return this.pairs.size();
	}

	@Override
	public @Nullable String get(String name) {
		for (HeaderPair pair : this.pairs) {
			if (isNamed(pair, name)) {
				return pair.value();
			}
		}
		return null;
	}

	@Override
	public void forEach(BiConsumer<String, String> visitor) {
		this.pairs.forEach((pair) -> visitor.accept(pair.name(), pair.value()));
	}

	@Override
	public void add(String name, String value) {
		this.pairs.add(new HeaderPair(name, value));
	}

	/**
	 * Sets a name to a single value, at the position of its first value if there is one.
	 */
	@Override
	public void set(String name, String value) {
		for (int i = 0; i < this.pairs.size(); i++) {
			if (isNamed(this.pairs.get(i), name)) {
				this.pairs.set(i, new HeaderPair(name, value));
				this.pairs.subList(i + 1, this.pairs.size()).removeIf((other) -> isNamed(other, name));
				return;
			}
		}
		add(name, value);
	}

	@Override
	public void remove(String name) {
		this.pairs.removeIf((pair) -> isNamed(pair, name));
	}

	/**
	 * Replaces all pairs.
	 */
	@Override
	public void replaceAll(List<HeaderPair> replacement) {
		this.pairs.clear();
		this.pairs.addAll(replacement);
	}

	private static boolean isNamed(HeaderPair pair, String name) {
		return pair.name().equalsIgnoreCase(name);
	}

	@Override
	public String toString() {
		return this.pairs.toString();
	}

}
