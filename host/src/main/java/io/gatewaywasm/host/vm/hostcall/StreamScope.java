package io.gatewaywasm.host.vm.hostcall;

import io.gatewaywasm.host.abi.StreamType;
import io.gatewaywasm.host.spi.HttpStream;
import io.gatewaywasm.host.spi.LocalReply;

/**
 * A stream context as its host calls see it. What a host call asks for takes effect when
 * the callback has returned.
 */
public interface StreamScope extends ContextScope {

	/**
	 * Returns the exchange behind the stream.
	 * @return the exchange
	 */
	HttpStream httpStream();

	/**
	 * Returns one direction of the stream.
	 * @param type request or response
	 * @return the direction
	 */
	MessageScope message(StreamType type);

	/**
	 * Returns the bounds on what the guest may add to this stream.
	 * @return the bounds
	 */
	StreamBounds bounds();

	/**
	 * Sends a local response.
	 * @param response the response
	 * @return {@code false} if it has no effect, since another one is on its way already
	 */
	boolean reply(LocalReply response);

	/**
	 * Resets the stream.
	 * @param reason why, for logs
	 */
	void close(String reason);

	/**
	 * Resumes a paused direction.
	 * @param type request or response
	 */
	void resume(StreamType type);

	/**
	 * Delivers the result of a callout that this stream made: after the stream's end if
	 * its local response is on its way, else at once.
	 * @param delivery the delivery
	 */
	void deliver(Runnable delivery);

}
