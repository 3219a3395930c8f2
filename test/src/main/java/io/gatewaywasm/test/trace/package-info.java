/**
 * A readable record of what a filter and its host say to each other.
 */
@NullMarked
package io.gatewaywasm.test.trace;

import org.jspecify.annotations.NullMarked;
