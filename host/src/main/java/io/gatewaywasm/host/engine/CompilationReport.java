package io.gatewaywasm.host.engine;

import java.time.Duration;

import io.gatewaywasm.host.engine.heap.HotSpot;

/**
 * Reports how a module was compiled.
 *
 * @param duration the time that parsing and compiling, or loading from the cache, took
 * @param cached whether the classes came from the cache or from the build
 * @param functions the number of functions in the module
 * @param interpreted the number of functions that could not be compiled and run in the
 * interpreter
 * @param hugeMethods the number of functions whose bytecode is too large for HotSpot to
 * compile unless the JVM is started with {@code -XX:-DontCompileHugeMethods}
 */
public record CompilationReport(Duration duration, boolean cached, int functions, int interpreted, int hugeMethods) {

	/**
	 * The option that makes the JVM compile huge methods, which modules of Go contain.
	 */
	public static final String HUGE_METHODS_OPTION = HotSpot.HUGE_METHODS_OPTION;

	/**
	 * Returns whether this JVM always interprets the huge methods of the module, because
	 * it runs without {@link #HUGE_METHODS_OPTION}.
	 */
	public boolean interpretsHugeMethods() {
		return this.hugeMethods > 0 && !HotSpot.compilesHugeMethods();
	}

}
