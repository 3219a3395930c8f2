package io.gatewaywasm.boot.fetch.http;

import java.io.IOException;
import java.net.InetAddress;

/**
 * A connection was not tried because of its address.
 */
final class BlockedAddressException extends IOException {

	private static final long serialVersionUID = 1L;

	private final transient InetAddress address;

	BlockedAddressException(InetAddress address) {
		super("Connections to " + address.getHostAddress() + " are blocked");
		this.address = address;
	}

	/**
	 * Return the address.
	 * @return the address that was not connected to
	 */
	InetAddress getAddress() {
		return this.address;
	}

}
