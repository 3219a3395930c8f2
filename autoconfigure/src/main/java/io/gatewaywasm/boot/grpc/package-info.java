/**
 * gRPC calls of guests by grpc-java, which is optional: nothing outside of this room
 * needs it.
 */
@NullMarked
package io.gatewaywasm.boot.grpc;

import org.jspecify.annotations.NullMarked;
