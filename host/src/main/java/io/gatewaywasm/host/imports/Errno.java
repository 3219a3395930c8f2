package io.gatewaywasm.host.imports;

/**
 * The WASI error numbers that this host returns.
 */
final class Errno {

	static final int SUCCESS = 0;

	/** Unknown descriptor. */
	static final int BADF = 8;

	/** Not a directory. */
	static final int NOTDIR = 20;

	/** Pointer outside the memory. */
	static final int FAULT = 21;

	/** Argument out of range. */
	static final int INVAL = 28;

	/** File not found. */
	static final int NOENT = 44;

	/** Function not implemented. */
	static final int NOSYS = 52;

	/** Not supported. */
	static final int NOTSUP = 58;

	private Errno() {
	}

}
