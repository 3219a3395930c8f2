package io.gatewaywasm.host.spi;

import java.util.List;

import io.gatewaywasm.host.abi.HeaderPair;

/**
 * Receives the events of a gRPC callout, on any thread but in order. {@link #closed} is
 * called exactly once, as the last method.
 */
public interface GrpcCallListener {

	/**
	 * Called when the initial metadata arrives.
	 */
	void initialMetadata(List<HeaderPair> metadata);

	/**
	 * Called when a message arrives. {@link GrpcCall#requestNext} requests the next one.
	 * @param message the serialized message, owned by the receiver
	 */
	void message(byte[] message);

	/**
	 * Called when the callout ends.
	 * @param status the gRPC status
	 * @param message the status message, possibly empty
	 * @param trailingMetadata the trailing metadata
	 */
	void closed(int status, String message, List<HeaderPair> trailingMetadata);

}
