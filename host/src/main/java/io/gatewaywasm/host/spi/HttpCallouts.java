package io.gatewaywasm.host.spi;

import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Sends the HTTP callouts of guests.
 */
@FunctionalInterface
public interface HttpCallouts {

	/**
	 * Send a request. Does not block.
	 * @param call the request
	 * @param result called exactly once, from any thread and perhaps before this method
	 * returns, unless the call is cancelled
	 * @return a handle to cancel the call, or {@code null} if the plugin may not call an
	 * upstream of that name
	 */
	@Nullable Cancellable send(HttpCall call, Consumer<HttpCallResult> result);

}
