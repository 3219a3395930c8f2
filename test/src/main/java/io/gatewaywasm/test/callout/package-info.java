/**
 * The upstreams that a filter calls, as a test answers for them.
 */
@NullMarked
package io.gatewaywasm.test.callout;

import org.jspecify.annotations.NullMarked;
