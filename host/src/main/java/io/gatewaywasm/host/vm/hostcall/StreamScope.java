package io.gatewaywasm.host.vm.hostcall;

import io.gatewaywasm.host.abi.MapType;
import io.gatewaywasm.host.abi.StreamType;
import io.gatewaywasm.host.spi.HttpStream;
import io.gatewaywasm.host.spi.LocalResponse;

/**
 * A stream context from the point of view of its host calls. Requests by host calls take
 * effect when the callback has returned.
 */
public interface StreamScope extends ContextScope {

	/** Returns the exchange of the stream. */
	HttpStream httpStream();

	/** Returns the request or the response of the stream. */
	MessageScope message(StreamType type);

	/** Returns the limits for the data that the guest may add to this stream. */
	StreamBounds bounds();

	/**
	 * Sends a local response. Returns {@code false} if it has no effect because another
	 * one is already being sent.
	 */
	boolean respond(LocalResponse response);

	/**
	 * Sends a local response in place of the guest's, which cannot be sent. Returns
	 * {@code false} in the same case.
	 */
	boolean refuse(LocalResponse response);

	/**
	 * Sends bytes as part of the response body when the callback has returned, and
	 * returns whether they are accepted. The stream owns the array from now on; {@code
	 * endOfStream} ends the response after it.
	 */
	Injection inject(byte[] data, boolean endOfStream);

	/**
	 * Ends the exchange with an error when the callback has returned, because the guest
	 * has changed headers that were already sent on. {@code subject} names them. Has no
	 * effect if the exchange ends in any case, or if the change concerns a request that
	 * the upstream has answered.
	 */
	void refuseLateChange(MapType type, String subject);

	/** Resets the stream. The reason is for logs. */
	void close(String reason);

	/** Resumes the paused request or response. */
	void resume(StreamType type);

	/**
	 * Delivers the result of a callout that this stream made: after the end of the stream
	 * if its local response is being sent, otherwise immediately.
	 */
	void deliver(Runnable delivery);

}
