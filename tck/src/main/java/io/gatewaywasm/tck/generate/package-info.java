/**
 * Generates random exchanges from a seed and reduces those that differ.
 */
@NullMarked
package io.gatewaywasm.tck.generate;

import org.jspecify.annotations.NullMarked;
