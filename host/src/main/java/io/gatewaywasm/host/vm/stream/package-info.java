/**
 * Streams: one HTTP exchange on its way through one plugin, and the state machine of its
 * request and its response.
 */
@NullMarked
package io.gatewaywasm.host.vm.stream;

import org.jspecify.annotations.NullMarked;
