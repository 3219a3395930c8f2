package io.gatewaywasm.test.callout;

/**
 * The simulated upstreams of all kinds.
 *
 * @param http the HTTP upstreams
 * @param grpc the gRPC upstreams
 * @param redis the Redis servers
 */
public record SimulatedCallouts(SimulatedHttpCallouts http, SimulatedGrpcCallouts grpc, SimulatedRedisCallouts redis) {

}
