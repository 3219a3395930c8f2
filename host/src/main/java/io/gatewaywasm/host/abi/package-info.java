/**
 * The vocabulary of Proxy-Wasm: statuses, map and buffer types, ABI versions, headers,
 * wire formats, and guest memory as an interface.
 */
@NullMarked
package io.gatewaywasm.host.abi;

import org.jspecify.annotations.NullMarked;
