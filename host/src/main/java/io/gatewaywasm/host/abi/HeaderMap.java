package io.gatewaywasm.host.abi;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;

/**
 * An ordered multimap of headers or trailers, with pseudo-headers first. Names are
 * compared case-insensitively, and guests see them in lowercase. Each {@code char} of a
 * name or value is one byte (ISO 8859-1), so that bytes are preserved. Conversions take
 * place on demand. Used only by the thread that owns the current phase of the stream.
 */
public interface HeaderMap {

	/**
	 * Returns the number of pairs, including pseudo-headers.
	 */
	int size();

	/**
	 * Returns the first value of a name, or {@code null} if there is none. The ABI has no
	 * access to further values by name.
	 */
	@Nullable String get(String name);

	/**
	 * Returns all values of a name in order, possibly none.
	 */
	default List<String> values(String name) {
		List<String> values = new ArrayList<>();
		forEach((other, value) -> {
			if (other.equalsIgnoreCase(name)) {
				values.add(value);
			}
		});
		return values;
	}

	/**
	 * Visits all pairs in order. A repeated name is visited once per value.
	 * @param visitor receives the name as stored, and the value
	 */
	void forEach(BiConsumer<String, String> visitor);

	/**
	 * Appends a pair. If it is a pseudo-header, sets it instead.
	 */
	void add(String name, String value);

	/**
	 * Sets a name to a single value.
	 */
	void set(String name, String value);

	/**
	 * Removes all values of a name.
	 */
	void remove(String name);

	/**
	 * Replaces all pairs. A pseudo-header that is not in the new pairs keeps its value,
	 * because a request or response must have it.
	 * @param pairs the new pairs in order
	 */
	void replaceAll(List<HeaderPair> pairs);

	/**
	 * Handles a change that is not valid in a message. SDKs panic on any status other
	 * than OK. If the message can be answered with an error response, the map therefore
	 * does so, and accepts the change.
	 * @param reason the problem, for the error response
	 * @throws StatusException {@link Status#BAD_ARGUMENT} if the map does not support
	 * this
	 */
	default void refuse(String reason) {
		throw StatusException.of(Status.BAD_ARGUMENT);
	}

}
