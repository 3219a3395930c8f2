/**
 * gRPC callouts of guests. Uses grpc-java, which is optional, so no other package depends
 * on it.
 */
@NullMarked
package io.gatewaywasm.boot.grpc;

import org.jspecify.annotations.NullMarked;
