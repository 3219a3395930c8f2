/**
 * Message bodies on their way through filters: with backpressure, one chunk at a time.
 */
@NullMarked
package io.gatewaywasm.boot.gateway.body;

import org.jspecify.annotations.NullMarked;
