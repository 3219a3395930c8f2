/**
 * Streams: one HTTP exchange as one plugin processes it, and the state machine of its
 * request and its response.
 */
@NullMarked
package io.gatewaywasm.host.vm.stream;

import org.jspecify.annotations.NullMarked;
