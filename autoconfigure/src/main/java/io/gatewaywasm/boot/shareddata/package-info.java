/**
 * Shared data and queues in Redis, which all replicas of the gateway share.
 */
@NullMarked
package io.gatewaywasm.boot.shareddata;

import org.jspecify.annotations.NullMarked;
