/**
 * Brings requests, sources and the cache together.
 */
@NullMarked
package io.gatewaywasm.boot.fetch.remote;

import org.jspecify.annotations.NullMarked;
