package io.gatewaywasm.host.spi;

/**
 * The declaration of a property that a plugin sets.
 *
 * @param readOnly whether it can be set only once per stream
 * @param text whether it is a string, as opposed to bytes, for typed access
 */
public record PropertyDeclaration(boolean readOnly, boolean text) {

}
