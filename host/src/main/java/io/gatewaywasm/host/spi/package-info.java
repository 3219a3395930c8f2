/**
 * What a gateway implements so that the host can act on its HTTP streams and use its
 * services; no reactive type crosses it.
 */
@NullMarked
package io.gatewaywasm.host.spi;

import org.jspecify.annotations.NullMarked;
