package io.gatewaywasm.host.imports;

import java.util.List;

import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.abi.StreamType;

/**
 * Control of streams and contexts (sections "Contexts", "Streams" and "HTTP streams").
 */
public interface HostStreams {

	/**
	 * Makes another context of this VM the effective one until the callback returns.
	 */
	void setEffectiveContext(int contextId);

	/**
	 * Records that the effective context is done, after its {@code proxy_on_done} has
	 * returned false.
	 */
	void done();

	/**
	 * Resumes a paused direction after the callback has returned.
	 * @param type the direction, never {@link StreamType#UPSTREAM}
	 */
	void continueStream(StreamType type);

	/**
	 * Resets a direction after the callback has returned.
	 */
	void closeStream(StreamType type);

	/**
	 * Sends a local response after the callback has returned.
	 * @param statusCode the HTTP status as the guest has passed it
	 * @param details a short identifier for logs, without white space
	 * @param body the body, owned by the host from now on
	 * @param headers the additional headers, without pseudo-headers
	 * @param grpcStatus the gRPC status, or -1
	 */
	void sendLocalResponse(int statusCode, String details, byte[] body, List<HeaderPair> headers, int grpcStatus);

	/**
	 * Sends bytes of the guest as a part of the response body after the callback has
	 * returned. A pause continues.
	 * @param data the bytes, owned by the host from now on
	 * @param endOfStream whether the response ends after them
	 */
	void injectResponseBody(byte[] data, boolean endOfStream);

	/**
	 * Chooses the route again with the current headers.
	 */
	void clearRouteCache();

}
