package io.gatewaywasm.host.spi;

import java.util.List;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * On whose behalf a guest calls a foreign function, and what that one may see. Valid only
 * while the function runs, on the thread that runs it.
 */
public interface ForeignCall {

	/**
	 * Return the plugin that calls.
	 * @return the id of the plugin
	 */
	String plugin();

	/**
	 * Return the stream of the effective context.
	 * @return the stream, or {@code null} in a root context
	 */
	@Nullable HttpStream stream();

	/**
	 * Return a property as the guest would read it here, not yet encoded.
	 * @param path the segments of the path
	 * @return the value as in {@link HttpStream#property}, a {@code byte[]} or
	 * {@code String} if a guest has set it, or {@code null} if it does not exist
	 */
	@Nullable Object property(List<String> path);

	/**
	 * Set a property as the guest would.
	 * @param path the segments of the path
	 * @param value the value
	 * @throws io.gatewaywasm.host.abi.StatusException if it is read-only
	 */
	void setProperty(List<String> path, byte[] value);

	/**
	 * Say how a property that the plugin will set is to be understood.
	 * @param name the name
	 * @param declaration how it is to be understood
	 * @return {@code false} if the plugin has declared it before
	 */
	boolean declareProperty(String name, PropertyDeclaration declaration);

	/**
	 * Return data that a function keeps for the calling root context and that ends with
	 * it. Used by one thread at a time. With {@code isolation: stream} what a stream adds
	 * ends with the stream; see {@link CopyableData} for what it changes.
	 * @param <T> the type of the data
	 * @param type the type of the data, by which it is found again
	 * @param absent makes it when it is asked for the first time
	 * @return the data
	 */
	<T> T data(Class<T> type, Supplier<T> absent);

}
