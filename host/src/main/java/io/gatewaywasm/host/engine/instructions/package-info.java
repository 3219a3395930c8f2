/**
 * The implementations of instructions that compiled modules call instead of Chicory's.
 */
@NullMarked
package io.gatewaywasm.host.engine.instructions;

import org.jspecify.annotations.NullMarked;
