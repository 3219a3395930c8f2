/**
 * The Java heap: its capacity, and space for memories and compilations.
 */
@NullMarked
package io.gatewaywasm.host.engine.heap;

import org.jspecify.annotations.NullMarked;
