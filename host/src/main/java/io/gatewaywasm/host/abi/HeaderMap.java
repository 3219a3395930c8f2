package io.gatewaywasm.host.abi;

import java.util.List;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;

/**
 * Ordered multi-map of headers or trailers, pseudo-headers first. Names compare without
 * regard to case and are shown to guests in lower case. Each {@code char} of a name or
 * value is one byte (ISO 8859-1), so that bytes survive a round trip. Nothing is
 * converted until it is asked for. Used only by the thread that owns the stream's phase.
 */
public interface HeaderMap {

	/**
	 * Return the number of name and value pairs.
	 * @return the number of pairs, pseudo-headers included
	 */
	int size();

	/**
	 * Return the first value of a name (the ABI has no access to the others by name).
	 * @param name the name
	 * @return the value or {@code null} if there is none
	 */
	@Nullable String get(String name);

	/**
	 * Visit all pairs in order, repeated names once per value.
	 * @param visitor called with the name as stored and the value
	 */
	void forEach(BiConsumer<String, String> visitor);

	/**
	 * Append a pair; a pseudo-header is set instead.
	 * @param name the name
	 * @param value the value
	 */
	void add(String name, String value);

	/**
	 * Set a name to a single value.
	 * @param name the name
	 * @param value the value
	 */
	void set(String name, String value);

	/**
	 * Remove all values of a name.
	 * @param name the name
	 */
	void remove(String name);

	/**
	 * Replace the whole map. A pseudo-header that the pairs do not name keeps its value,
	 * since a request or response cannot be without it.
	 * @param pairs the new pairs in order
	 */
	void replaceAll(List<HeaderPair> pairs);

}
