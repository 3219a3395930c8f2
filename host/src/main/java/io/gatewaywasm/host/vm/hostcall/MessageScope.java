package io.gatewaywasm.host.vm.hostcall;

import io.gatewaywasm.host.imports.HostBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The request or the response of a stream from the point of view of host calls.
 */
public interface MessageScope {

	/** Returns whether any part of the message was shown to the guest. */
	boolean isStarted();

	/** Returns whether the headers were shown to the guest and not sent on yet. */
	boolean headersKept();

	/**
	 * Returns whether the guest can still change the headers: they were not sent on yet,
	 * and it has not resumed the request.
	 */
	boolean headersOpen();

	/**
	 * Returns whether the headers waited and are not kept back any more, so that changes
	 * are accepted and lost.
	 */
	boolean headersLeftAfterWait();

	/** Returns whether trailers were shown to the guest, or created by it. */
	boolean hasTrailers();

	/** Records that the guest has created trailers, which may be empty. */
	void createTrailers();

	/**
	 * Returns whether the guest can access the trailers, or create some if there are
	 * none: it was shown the end of the body, no decision about it was made yet, and it
	 * has not resumed the request.
	 */
	boolean trailersOpen();

	/**
	 * Returns the part of the body that the guest sees, or {@code null} if it sees none.
	 */
	@Nullable HostBuffer buffer();

	/** Sets how many bytes of the body may be buffered from now on. */
	void bodyBuffer(int bytes);

}
