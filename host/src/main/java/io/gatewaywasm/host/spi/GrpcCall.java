package io.gatewaywasm.host.spi;

/**
 * A gRPC callout under way. Its methods do not block.
 */
public interface GrpcCall extends Cancellable {

	/**
	 * Send a message.
	 * @param message the serialized message, owned by the call from now on
	 */
	void send(byte[] message);

	/**
	 * Close the sending side.
	 */
	void halfClose();

}
