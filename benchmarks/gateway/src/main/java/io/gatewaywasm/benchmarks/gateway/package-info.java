/**
 * A gateway under load, in a process of its own, between a load generator and an
 * upstream.
 */
@NullMarked
package io.gatewaywasm.benchmarks.gateway;

import org.jspecify.annotations.NullMarked;
