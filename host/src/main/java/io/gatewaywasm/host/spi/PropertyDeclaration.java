package io.gatewaywasm.host.spi;

/**
 * What a plugin has said of a property that it sets.
 *
 * @param readOnly whether it can be set only once in a stream
 * @param text whether it is a string for those that know types, else it is bytes
 */
public record PropertyDeclaration(boolean readOnly, boolean text) {

}
