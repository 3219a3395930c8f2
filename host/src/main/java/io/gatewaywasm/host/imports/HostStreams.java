package io.gatewaywasm.host.imports;

import java.util.List;

import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.abi.StreamType;

/**
 * Stream and context control (sections "Contexts", "Streams" and "HTTP streams").
 */
public interface HostStreams {

	/**
	 * Make another context the effective one until the callback returns.
	 * @param contextId the id of a context of this VM
	 */
	void setEffectiveContext(int contextId);

	/**
	 * Note that the effective context, whose {@code proxy_on_done} returned false, is
	 * done.
	 */
	void done();

	/**
	 * Resume a paused direction once the callback has returned.
	 * @param type the direction, never {@link StreamType#UPSTREAM}
	 */
	void continueStream(StreamType type);

	/**
	 * Reset a direction once the callback has returned.
	 * @param type the direction
	 */
	void closeStream(StreamType type);

	/**
	 * Answer the request from here once the callback has returned.
	 * @param statusCode the HTTP status as the guest gave it
	 * @param details a word or two for logs, without white space
	 * @param body the body, owned by the host from now on
	 * @param headers the additional headers, no pseudo-headers among them
	 * @param grpcStatus the gRPC status, or -1
	 */
	void sendLocalResponse(int statusCode, String details, byte[] body, List<HeaderPair> headers, int grpcStatus);

	/**
	 * Choose the route again with the headers as they are now.
	 */
	void clearRouteCache();

}
