/**
 * Faults, load and reloads on a running gateway.
 */
package io.gatewaywasm.boot.reliability;
