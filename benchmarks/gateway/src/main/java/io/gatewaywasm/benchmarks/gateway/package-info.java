/**
 * A gateway under load, in a separate process, between a load generator and an upstream.
 */
@NullMarked
package io.gatewaywasm.benchmarks.gateway;

import org.jspecify.annotations.NullMarked;
