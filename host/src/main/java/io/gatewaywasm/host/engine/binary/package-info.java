/**
 * Module binaries: reading, limits, validation and names of functions.
 */
@NullMarked
package io.gatewaywasm.host.engine.binary;

import org.jspecify.annotations.NullMarked;
