/**
 * Requests and responses on their way through a filter.
 */
@NullMarked
package io.gatewaywasm.test.exchange;

import org.jspecify.annotations.NullMarked;
