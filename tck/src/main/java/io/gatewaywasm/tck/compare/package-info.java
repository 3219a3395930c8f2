/**
 * Compares observations of two proxies and accounts for differences that are known.
 */
@NullMarked
package io.gatewaywasm.tck.compare;

import org.jspecify.annotations.NullMarked;
