package io.gatewaywasm.boot.plugin;

/**
 * What WebSocket requests get from a plugin, which never sees frames.
 */
public enum WebSocketPolicy {

	/** The filter runs on the handshake. */
	PASS,

	/**
	 * The filter runs on the handshake, and a warning says that it does not see frames.
	 */
	WARN,

	/** WebSocket requests are rejected. */
	REFUSE

}
