/**
 * The vocabulary of Proxy-Wasm: statuses, map and buffer types, ABI versions, headers,
 * wire formats, and the interface to guest memory.
 */
@NullMarked
package io.gatewaywasm.host.abi;

import org.jspecify.annotations.NullMarked;
