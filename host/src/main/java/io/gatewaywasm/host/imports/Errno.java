package io.gatewaywasm.host.imports;

/**
 * Error numbers of WASI that this host answers with.
 */
final class Errno {

	static final int SUCCESS = 0;

	/** No such descriptor. */
	static final int BADF = 8;

	/** A pointer outside the memory. */
	static final int FAULT = 21;

	/** An argument outside its range. */
	static final int INVAL = 28;

	/** No such file. */
	static final int NOENT = 44;

	/** No such function. */
	static final int NOSYS = 52;

	/** Not supported. */
	static final int NOTSUP = 58;

	private Errno() {
	}

}
