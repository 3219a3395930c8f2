/**
 * Redis callouts of guests. Uses Lettuce, which is optional, so no other package depends
 * on it.
 */
@NullMarked
package io.gatewaywasm.boot.redis;

import org.jspecify.annotations.NullMarked;
