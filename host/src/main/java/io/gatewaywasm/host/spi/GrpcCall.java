package io.gatewaywasm.host.spi;

/**
 * A pending gRPC callout. Its methods do not block.
 */
public interface GrpcCall extends Cancellable {

	/**
	 * Sends a message.
	 * @param message the serialized message, owned by the callout from now on
	 */
	void send(byte[] message);

	/**
	 * Requests the next message, because the previous one has been processed. The first
	 * message arrives without a request. This limits a fast upstream to the pace of the
	 * guest.
	 */
	void requestNext();

	/**
	 * Closes the sending side.
	 */
	void halfClose();

}
