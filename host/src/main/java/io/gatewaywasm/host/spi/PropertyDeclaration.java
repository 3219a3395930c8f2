package io.gatewaywasm.host.spi;

/**
 * The declaration of a property that a plugin sets.
 *
 * @param readOnly whether it can be set only once
 * @param text whether it is a string, as opposed to bytes, for typed access
 * @param forConnection whether its value lives as long as the client's connection, as
 * opposed to the exchange
 */
public record PropertyDeclaration(boolean readOnly, boolean text, boolean forConnection) {

}
