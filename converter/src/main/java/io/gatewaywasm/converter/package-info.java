/**
 * The command that converts filter configurations of other gateways.
 */
@NullMarked
package io.gatewaywasm.converter;

import org.jspecify.annotations.NullMarked;
