/**
 * Modules kept on disk, by digest.
 */
@NullMarked
package io.gatewaywasm.boot.fetch.cache;

import org.jspecify.annotations.NullMarked;
