package io.gatewaywasm.host.engine.cache;

import java.util.Map;

/**
 * The classes that the compiler generated for a module.
 *
 * @param mainClass the name of the class that implements Chicory's machine
 * @param classes the class files by class name
 */
public record CompiledClasses(String mainClass, Map<String, byte[]> classes) {

}
