/**
 * Redis callouts of guests, and the connections to Redis for shared data. Uses Lettuce,
 * which is optional: of other packages, only the auto-configuration uses it.
 */
@NullMarked
package io.gatewaywasm.boot.redis;

import org.jspecify.annotations.NullMarked;
