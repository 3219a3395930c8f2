package io.gatewaywasm.host.spi;

import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * Sends the HTTP callouts of guests.
 */
@FunctionalInterface
public interface HttpCallouts {

	/**
	 * Sends a callout. Does not block.
	 * @param call the callout
	 * @param result receives the result exactly once unless the callout is cancelled, on
	 * any thread, possibly before this method returns
	 * @return cancels the callout, or {@code null} if the plugin may not call that
	 * upstream
	 */
	@Nullable Cancellable send(HttpCall call, Consumer<HttpCallResult> result);

}
