/**
 * Compares the observations of two proxies and explains known differences.
 */
@NullMarked
package io.gatewaywasm.tck.compare;

import org.jspecify.annotations.NullMarked;
