/**
 * The on-disk cache of fetched modules.
 */
@NullMarked
package io.gatewaywasm.registry.cache;

import org.jspecify.annotations.NullMarked;
