/**
 * Parts of the gateway that run tasks, without Spring, Reactor or the host.
 */
@NullMarked
package io.gatewaywasm.boot.concurrent;

import org.jspecify.annotations.NullMarked;
