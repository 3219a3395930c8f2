/**
 * Redis callouts of guests, and the connections to Redis for shared data. Uses Lettuce,
 * which is optional. Outside this package, only the auto-configuration may use classes
 * that need Lettuce; {@code RedisServer} needs none.
 */
@NullMarked
package io.gatewaywasm.boot.redis;

import org.jspecify.annotations.NullMarked;
