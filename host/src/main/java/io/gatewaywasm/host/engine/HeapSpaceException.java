package io.gatewaywasm.host.engine;

/**
 * The Java heap has no space to compile or load a module now. Says nothing about the
 * module.
 */
final class HeapSpaceException extends ModuleException {

	private static final long serialVersionUID = 1L;

	HeapSpaceException(String message) {
		super(message);
	}

}
