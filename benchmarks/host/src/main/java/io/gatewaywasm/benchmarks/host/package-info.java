/**
 * JMH benchmarks and other figures of the host alone: exchanges, loading and isolation.
 */
@NullMarked
package io.gatewaywasm.benchmarks.host;

import org.jspecify.annotations.NullMarked;
