package io.gatewaywasm.host.vm.hostcall;

import io.gatewaywasm.host.imports.HostBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The request or the response of a stream from the point of view of host calls.
 */
public interface MessageScope {

	/** Returns whether any part of the message was shown to the guest. */
	boolean isStarted();

	/**
	 * Returns whether the guest can still change the headers, because they were not sent
	 * on yet.
	 */
	boolean headersOpen();

	/**
	 * Returns whether the headers waited, and a body or trailers callback sent them on.
	 */
	boolean headersLeftWithBody();

	/**
	 * Returns whether the guest can read the trailers: it was shown the end of the body,
	 * or the trailers themselves.
	 */
	boolean trailersShown();

	/** Returns whether the message has trailers that were shown to the guest. */
	boolean trailersReceived();

	/**
	 * Returns whether the guest can change the trailers, or add some if there are none:
	 * it was shown the end of the body and no decision about it was made yet.
	 */
	boolean trailersOpen();

	/**
	 * Returns the part of the body that the guest sees, or {@code null} if it sees none.
	 */
	@Nullable HostBuffer buffer();

	/** Sets how many bytes of the body may be buffered from now on. */
	void bodyBuffer(int bytes);

}
