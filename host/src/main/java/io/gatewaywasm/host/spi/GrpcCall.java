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
	 * Ask for the next message: the last one has been dealt with. The first is not to be
	 * asked for, and none arrives unasked after it, so that a fast upstream is held back
	 * by a slow guest.
	 */
	void requestNext();

	/**
	 * Close the sending side.
	 */
	void halfClose();

}
