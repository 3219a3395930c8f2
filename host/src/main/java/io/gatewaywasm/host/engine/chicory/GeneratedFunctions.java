package io.gatewaywasm.host.engine.chicory;

/**
 * How the compiler names and groups the methods that it generates for functions.
 */
final class GeneratedFunctions {

	/** Prefix of a method's name; the function's index follows. */
	static final String PREFIX = "func_";

	/**
	 * The number of functions in a class. The compiler can be stopped only between two
	 * classes.
	 */
	static final int PER_CLASS = 128;

	private GeneratedFunctions() {
	}

}
