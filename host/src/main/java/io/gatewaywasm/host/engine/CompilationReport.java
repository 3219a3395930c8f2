package io.gatewaywasm.host.engine;

import java.time.Duration;

/**
 * How a module was compiled.
 *
 * @param duration the time that parsing and compiling, or loading from the cache, took
 * @param cached whether the classes had been compiled earlier, and came from the cache or
 * from the build
 * @param functions the number of functions in the module
 * @param interpreted the number of functions that could not be compiled and run in the
 * interpreter
 * @param hugeMethods the number of functions whose bytecode is larger than HotSpot
 * compiles unless started with {@code -XX:-DontCompileHugeMethods}
 */
public record CompilationReport(Duration duration, boolean cached, int functions, int interpreted, int hugeMethods) {

}
