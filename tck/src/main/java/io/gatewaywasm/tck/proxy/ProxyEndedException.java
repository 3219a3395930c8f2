package io.gatewaywasm.tck.proxy;

import java.io.IOException;

/**
 * Thrown if the process of a proxy has ended unexpectedly.
 */
public final class ProxyEndedException extends IOException {

	private static final long serialVersionUID = 1L;

	ProxyEndedException(String message) {
		super(message);
	}

}
