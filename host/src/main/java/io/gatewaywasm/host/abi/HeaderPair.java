package io.gatewaywasm.host.abi;

/**
 * One header or trailer.
 *
 * @param name the name
 * @param value the value, one {@code char} per byte (ISO 8859-1)
 */
public record HeaderPair(String name, String value) {

}
