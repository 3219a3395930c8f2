/**
 * The on-disk cache of fetched modules.
 */
@NullMarked
package io.gatewaywasm.boot.fetch.cache;

import org.jspecify.annotations.NullMarked;
