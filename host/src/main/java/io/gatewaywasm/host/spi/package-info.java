/**
 * The interfaces between the host and a gateway: a gateway presents its HTTP streams and
 * provides services. They contain no reactive types.
 */
@NullMarked
package io.gatewaywasm.host.spi;

import org.jspecify.annotations.NullMarked;
