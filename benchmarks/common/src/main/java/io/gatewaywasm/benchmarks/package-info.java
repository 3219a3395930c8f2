/**
 * Shared classes of the benchmarks: the traffic, the CPU clock and the report.
 */
@NullMarked
package io.gatewaywasm.benchmarks;

import org.jspecify.annotations.NullMarked;
