/**
 * Benchmarks of this host.
 */
@NullMarked
package io.gatewaywasm.benchmarks.host;

import org.jspecify.annotations.NullMarked;
