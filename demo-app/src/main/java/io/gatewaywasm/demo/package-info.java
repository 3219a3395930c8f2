/**
 * A gateway and the small upstream behind it, in one process.
 */
@NullMarked
package io.gatewaywasm.demo;

import org.jspecify.annotations.NullMarked;
