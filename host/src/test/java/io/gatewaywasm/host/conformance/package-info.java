/**
 * What filters may rely on: the ABI as real guests and hand-made edges of it see it.
 */
package io.gatewaywasm.host.conformance;
