package io.gatewaywasm.boot.gateway.body;

import java.util.function.Consumer;

import io.gatewaywasm.host.spi.Decision;

/**
 * Passes the parts of a body to a filter.
 */
@FunctionalInterface
public interface BodyFilter {

	void chunk(byte[] chunk, boolean endOfStream, Consumer<Decision> decision);

	/**
	 * Passes the trailers after a body to the filter; they stand for the end of the body.
	 * Returns {@code false} if there are none.
	 */
	default boolean trailers(Consumer<Decision> decision) {
		return false;
	}

	/**
	 * Returns whether trailers follow the body. The answer is final only at the end of
	 * the body.
	 */
	default boolean hasTrailers() {
		return false;
	}

	/**
	 * Counts bytes of the body that are buffered on their way from the filter; a negative
	 * number says that they no longer are. Returns whether the bodies of all streams are
	 * within the limit.
	 */
	default boolean buffer(long change) {
		return true;
	}

	/**
	 * Returns whether a large part counts as buffered until the next one is sent, because
	 * a client can take long to receive it.
	 */
	default boolean countsSentPart() {
		return false;
	}

	/** Records that the filter sends a local response instead of the body. */
	default void responded() {
	}

	/** Records that the filter resets the connection instead. */
	default void reset() {
	}

}
