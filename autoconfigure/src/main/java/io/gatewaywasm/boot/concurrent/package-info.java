/**
 * Runs tasks. Depends neither on Spring nor on Reactor nor on the host.
 */
@NullMarked
package io.gatewaywasm.boot.concurrent;

import org.jspecify.annotations.NullMarked;
