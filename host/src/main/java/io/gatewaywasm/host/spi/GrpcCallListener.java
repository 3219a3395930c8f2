package io.gatewaywasm.host.spi;

import java.util.List;

import io.gatewaywasm.host.abi.HeaderPair;

/**
 * Receives what happens on a gRPC callout, from any thread, in order, {@link #closed}
 * exactly once and last.
 */
public interface GrpcCallListener {

	/**
	 * The initial metadata arrived.
	 * @param metadata the metadata
	 */
	void initialMetadata(List<HeaderPair> metadata);

	/**
	 * A message arrived. The next one is to be asked for by {@link GrpcCall#requestNext}.
	 * @param message the serialized message, owned by the receiver
	 */
	void message(byte[] message);

	/**
	 * The call ended.
	 * @param status the gRPC status
	 * @param message the status message, possibly empty
	 * @param trailingMetadata the trailing metadata
	 */
	void closed(int status, String message, List<HeaderPair> trailingMetadata);

}
