package io.gatewaywasm.host.engine.chicory;

import io.gatewaywasm.host.engine.ModuleException;

/**
 * Thrown when the Java heap has no space to compile or load a module at the moment. The
 * module itself may be valid.
 */
final class HeapSpaceException extends ModuleException {

	private static final long serialVersionUID = 1L;

	HeapSpaceException(String message) {
		super(message);
	}

}
