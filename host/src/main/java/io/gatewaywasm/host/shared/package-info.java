/**
 * Shared data and queues in memory, with limits.
 */
@NullMarked
package io.gatewaywasm.host.shared;

import org.jspecify.annotations.NullMarked;
