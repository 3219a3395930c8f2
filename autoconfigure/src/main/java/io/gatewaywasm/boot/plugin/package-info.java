/**
 * The plugins of a gateway: their definitions, loading, reloading and use.
 */
@NullMarked
package io.gatewaywasm.boot.plugin;

import org.jspecify.annotations.NullMarked;
