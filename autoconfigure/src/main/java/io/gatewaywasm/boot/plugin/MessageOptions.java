package io.gatewaywasm.boot.plugin;

/**
 * How a plugin handles requests and responses.
 *
 * @param refuseWebSocket whether WebSocket requests are rejected, because the plugin does
 * not see their frames
 * @param readOnlyBody whether the guest can read bodies but not change them
 * @param reroute when the route is chosen again
 */
public record MessageOptions(boolean refuseWebSocket, boolean readOnlyBody, Reroute reroute) {

	/**
	 * WebSocket requests pass, bodies can be changed, and the route is chosen again if
	 * the guest asks for it.
	 */
	public static final MessageOptions DEFAULT = new MessageOptions(false, false, Reroute.ON_CLEAR);

}
