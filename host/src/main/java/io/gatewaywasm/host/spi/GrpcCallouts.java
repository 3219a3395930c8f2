package io.gatewaywasm.host.spi;

import java.time.Duration;
import java.util.List;

import io.gatewaywasm.host.abi.HeaderPair;
import org.jspecify.annotations.Nullable;

/**
 * Makes the gRPC callouts of guests.
 */
@FunctionalInterface
public interface GrpcCallouts {

	/** Knows no upstream. */
	GrpcCallouts NONE = (plugin, upstream, method, metadata, timeout, listener) -> null;

	/**
	 * Start a call. Does not block.
	 * @param plugin the id of the plugin
	 * @param upstream the name of the upstream as the guest gave it
	 * @param method the full method name, {@code package.Service/Method}
	 * @param metadata the initial metadata
	 * @param timeout how long the call may take, or {@code null} for no limit
	 * @param listener receives what happens
	 * @return the call, or {@code null} if the plugin may not call an upstream of that
	 * name
	 */
	@Nullable GrpcCall start(String plugin, String upstream, String method, List<HeaderPair> metadata, @Nullable Duration timeout,
			GrpcCallListener listener);

}
