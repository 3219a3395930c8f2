package io.gatewaywasm.host.spi;

import java.util.List;
import java.util.function.Supplier;

import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;
import org.jspecify.annotations.Nullable;

/**
 * The context of a call to a foreign function: the calling plugin and stream, and what
 * the function may access. Valid only while the function runs, on its thread.
 */
public interface ForeignCall {

	/**
	 * Returns the id of the calling plugin.
	 */
	String plugin();

	/**
	 * Returns the stream of the effective context, or {@code null} in a root context.
	 */
	@Nullable HttpStream stream();

	/**
	 * Returns a property as the guest can read it, without its wire encoding.
	 * @param path the segments of the path
	 * @return the value as in {@link HttpStream#property}, a {@code byte[]} or {@code
	 * String} if a guest has set it, or {@code null} if it does not exist
	 */
	@Nullable Object property(List<String> path);

	/**
	 * Sets a property as the guest can.
	 * @param path the segments of the path
	 * @param value the value
	 * @throws io.gatewaywasm.host.abi.StatusException if the property is read-only
	 */
	void setProperty(List<String> path, byte[] value);

	/**
	 * Declares the type of a property that the plugin will set.
	 * @param name the name of the property
	 * @param declaration the declaration
	 * @return {@code false} if the plugin has already declared it
	 */
	boolean declareProperty(String name, PropertyDeclaration declaration);

	/**
	 * Sends bytes as a part of the response body after the callback has returned. A pause
	 * continues.
	 * @param data the bytes, owned by the host from now on
	 * @param endOfStream whether the response ends after them
	 * @throws StatusException if the response does not accept bytes now
	 */
	default void injectResponseBody(byte[] data, boolean endOfStream) {
		throw StatusException.of(Status.UNIMPLEMENTED);
	}

	/**
	 * Returns data that the function keeps for the calling root context, and that is
	 * released with it. Used by one thread at a time. With {@code isolation: stream},
	 * data that a stream adds is released with the stream. For data that a stream
	 * changes, see {@link CopyableData}.
	 * @param <T> the type of the data
	 * @param type the type of the data, which identifies it
	 * @param absent creates the data at the first call
	 */
	<T> T data(Class<T> type, Supplier<T> absent);

}
