/**
 * Traces of the calls between host and guest.
 */
@NullMarked
package io.gatewaywasm.tck.trace;

import org.jspecify.annotations.NullMarked;
