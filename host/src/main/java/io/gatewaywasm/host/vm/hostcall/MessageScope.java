package io.gatewaywasm.host.vm.hostcall;

import io.gatewaywasm.host.imports.HostBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The request or the response of a stream as host calls see it.
 */
public interface MessageScope {

	/**
	 * Returns whether the guest was shown anything of the message.
	 * @return whether it was
	 */
	boolean isStarted();

	/**
	 * Returns whether the guest can change the headers.
	 * @return whether they have not been sent on
	 */
	boolean headersOpen();

	/**
	 * Returns whether the guest can read the trailers.
	 * @return whether it was shown the last of the body, or the trailers themselves
	 */
	boolean trailersShown();

	/**
	 * Returns whether the guest can change the trailers, or add some where there are
	 * none.
	 * @return whether it was shown the last of the body and has not let it go
	 */
	boolean trailersOpen();

	/**
	 * Returns the part of the body that the guest sees.
	 * @return the buffer, or {@code null} if it sees nothing
	 */
	@Nullable HostBuffer buffer();

}
