/**
 * The certificate and sockets of proxies and upstreams for cases with TLS.
 */
@NullMarked
package io.gatewaywasm.tck.tls;

import org.jspecify.annotations.NullMarked;
