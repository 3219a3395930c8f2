/**
 * Headers, trailers and framing of messages: as received, as guests see and change them,
 * and as sent.
 */
@NullMarked
package io.gatewaywasm.boot.gateway.message;

import org.jspecify.annotations.NullMarked;
