/**
 * Fetches modules by combining requests, sources and the cache.
 */
@NullMarked
package io.gatewaywasm.boot.fetch.remote;

import org.jspecify.annotations.NullMarked;
