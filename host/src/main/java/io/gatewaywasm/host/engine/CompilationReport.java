package io.gatewaywasm.host.engine;

import java.time.Duration;

/**
 * Reports how a module was compiled.
 *
 * @param duration the time that parsing and compiling, or loading from the cache, took
 * @param cached whether the classes came from the cache or from the build
 * @param functions the number of functions in the module
 * @param interpreted the number of functions that could not be compiled and run in the
 * interpreter
 * @param hugeMethods the number of functions whose bytecode HotSpot interprets by
 * default, because it is larger than 8,000 bytes
 */
public record CompilationReport(Duration duration, boolean cached, int functions, int interpreted, int hugeMethods) {
}
