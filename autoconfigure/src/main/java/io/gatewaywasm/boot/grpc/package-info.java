/**
 * gRPC callouts of guests. Uses grpc-java, which is optional, so only the
 * auto-configuration depends on this package.
 */
@NullMarked
package io.gatewaywasm.boot.grpc;

import org.jspecify.annotations.NullMarked;
