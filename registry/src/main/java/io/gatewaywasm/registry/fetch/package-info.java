/**
 * Fetches modules by combining requests, sources and the cache.
 */
@NullMarked
package io.gatewaywasm.registry.fetch;

import org.jspecify.annotations.NullMarked;
