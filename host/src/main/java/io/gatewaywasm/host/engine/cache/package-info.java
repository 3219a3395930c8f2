/**
 * Compiled modules on disk.
 */
@NullMarked
package io.gatewaywasm.host.engine.cache;

import org.jspecify.annotations.NullMarked;
