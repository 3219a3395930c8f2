/**
 * The engine that uses Chicory: compilation, instances, memory and limits.
 */
@NullMarked
package io.gatewaywasm.host.engine.chicory;

import org.jspecify.annotations.NullMarked;
