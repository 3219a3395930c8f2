/**
 * Simulated upstreams for the callouts of a filter.
 */
@NullMarked
package io.gatewaywasm.test.callout;

import org.jspecify.annotations.NullMarked;
