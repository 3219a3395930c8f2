package io.gatewaywasm.host.engine.cache;

/**
 * The facts about a module that are gathered while its function bodies are available.
 *
 * @param functions the number of functions that the module defines
 * @param interpreted the number of functions that run in the interpreter
 * @param hugeMethods the number of functions that HotSpot does not compile by default
 * @param obstacle the reason why instances cannot be restored, empty if they can
 */
public record ModuleFacts(int functions, int interpreted, int hugeMethods, String obstacle) {

}
