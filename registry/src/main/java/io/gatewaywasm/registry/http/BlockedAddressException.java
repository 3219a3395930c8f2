package io.gatewaywasm.registry.http;

import java.io.IOException;
import java.net.InetAddress;

/**
 * Thrown when a connection is refused because its address is blocked.
 */
final class BlockedAddressException extends IOException {

	private static final long serialVersionUID = 1L;

	private final transient InetAddress address;

	BlockedAddressException(InetAddress address) {
		super("Connections to " + address.getHostAddress() + " are blocked");
		this.address = address;
	}

	/**
	 * Returns the blocked address.
	 */
	InetAddress getAddress() {
		return this.address;
	}

}
