package io.gatewaywasm.host.spi;

import java.time.Duration;
import java.util.List;

import io.gatewaywasm.host.abi.HeaderPair;
import org.jspecify.annotations.Nullable;

/**
 * Sends the gRPC callouts of guests.
 */
@FunctionalInterface
public interface GrpcCallouts {

	/** Accepts no upstream. */
	GrpcCallouts NONE = (plugin, upstream, method, metadata, timeout, listener) -> null;

	/**
	 * Starts a callout. Does not block.
	 * @param plugin the id of the plugin
	 * @param upstream the name of the upstream as the guest specifies it
	 * @param method the valid full method name, {@code package.Service/Method}
	 * @param metadata the initial metadata
	 * @param timeout the timeout, or {@code null} for none
	 * @param listener receives the events
	 * @return the callout, or {@code null} if the plugin may not call that upstream
	 */
	@Nullable GrpcCall start(String plugin, String upstream, String method, List<HeaderPair> metadata, @Nullable Duration timeout,
			GrpcCallListener listener);

	/**
	 * Starts a callout for a stream, otherwise as
	 * {@link #start(String, String, String, List, Duration, GrpcCallListener)}.
	 * @param plugin the id of the plugin
	 * @param upstream the name of the upstream as the guest gave it
	 * @param method the valid full method name, {@code package.Service/Method}
	 * @param metadata the initial metadata
	 * @param timeout the timeout, or {@code null} for none
	 * @param listener receives the events
	 * @param stream the stream of the callout, or {@code null} for a callout outside
	 * streams
	 * @return the callout, or {@code null} if the plugin may not call that upstream
	 */
	default @Nullable GrpcCall start(String plugin, String upstream, String method, List<HeaderPair> metadata,
			@Nullable Duration timeout, GrpcCallListener listener, @Nullable HttpStream stream) {
		return start(plugin, upstream, method, metadata, timeout, listener);
	}

}
