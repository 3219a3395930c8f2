package io.gatewaywasm.boot.plugin;

/**
 * What a plugin does with messages as a whole.
 *
 * @param refuseWebSocket whether requests for a WebSocket are refused, since the plugin
 * does not see its frames
 * @param readOnlyBody whether the guest sees bodies and cannot change them
 */
public record MessageOptions(boolean refuseWebSocket, boolean readOnlyBody) {

	/** WebSockets pass, and bodies can be changed. */
	public static final MessageOptions DEFAULT = new MessageOptions(false, false);

}
