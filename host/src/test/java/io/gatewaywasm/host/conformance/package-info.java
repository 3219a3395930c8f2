/**
 * The behavior that filters can rely on: the ABI as real guests and handwritten edge
 * cases see it.
 */
package io.gatewaywasm.host.conformance;
