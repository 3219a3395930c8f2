package io.gatewaywasm.boot.plugin;

import org.jspecify.annotations.Nullable;

/**
 * How a plugin handles requests and responses.
 *
 * @param headersStopIteration whether body callbacks run while the headers are paused, or
 * {@code null} for the ABI version's default
 * @param refuseWebSocket whether WebSocket requests are rejected, because the plugin does
 * not see their frames
 * @param readOnlyBody whether the guest can read bodies but not change them
 * @param removeAcceptEncoding whether {@code accept-encoding} is removed from requests
 * @param allowResponseCache whether the filter is allowed on routes that the gateway's
 * response cache serves
 * @param reroute when the route is chosen again
 */
public record MessageOptions(@Nullable Boolean headersStopIteration, boolean refuseWebSocket, boolean readOnlyBody,
		boolean removeAcceptEncoding, boolean allowResponseCache, Reroute reroute) {

	/**
	 * WebSocket requests pass, bodies can be changed, and the route is chosen again if
	 * the guest asks for it.
	 */
	public static final MessageOptions DEFAULT = new MessageOptions(null, false, false, false, false, Reroute.ON_CLEAR);

}
