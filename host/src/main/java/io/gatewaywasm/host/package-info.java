/**
 * A Proxy-Wasm host on the JVM, independent of any gateway.
 */
@NullMarked
package io.gatewaywasm.host;

import org.jspecify.annotations.NullMarked;
