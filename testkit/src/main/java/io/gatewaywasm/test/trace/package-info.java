/**
 * A readable record of the calls between a filter and its host.
 */
@NullMarked
package io.gatewaywasm.test.trace;

import org.jspecify.annotations.NullMarked;
