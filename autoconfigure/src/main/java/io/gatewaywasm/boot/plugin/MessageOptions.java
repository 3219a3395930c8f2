package io.gatewaywasm.boot.plugin;

import org.jspecify.annotations.Nullable;

/**
 * How a plugin handles requests and responses.
 *
 * @param headersStopIteration whether body callbacks run while the headers are paused, or
 * {@code null} for the ABI version's default
 * @param webSocket what WebSocket requests get
 * @param readOnlyBody whether the guest can read bodies but not change them
 * @param removeAcceptEncoding whether {@code accept-encoding} is removed from requests
 * @param allowResponseCache whether the filter is allowed on routes that the gateway's
 * response cache serves
 * @param reroute when the route is chosen again
 */
public record MessageOptions(@Nullable Boolean headersStopIteration, WebSocketPolicy webSocket, boolean readOnlyBody,
		boolean removeAcceptEncoding, boolean allowResponseCache, Reroute reroute) {

	/**
	 * WebSocket requests pass with a warning, bodies can be changed, and the route is
	 * chosen again if the guest asks for it.
	 */
	public static final MessageOptions DEFAULT = new MessageOptions(null, WebSocketPolicy.WARN, false, false, false,
			Reroute.ON_CLEAR);

}
