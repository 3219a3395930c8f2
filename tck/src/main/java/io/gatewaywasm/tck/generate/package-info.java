/**
 * Exchanges made at random from a seed, and their reduction to what matters.
 */
@NullMarked
package io.gatewaywasm.tck.generate;

import org.jspecify.annotations.NullMarked;
