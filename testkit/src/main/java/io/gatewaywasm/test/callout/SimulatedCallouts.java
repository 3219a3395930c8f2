package io.gatewaywasm.test.callout;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The simulated upstreams of all kinds.
 *
 * @param http the HTTP upstreams
 * @param grpc the gRPC upstreams
 * @param redis the Redis servers
 */
public record SimulatedCallouts(SimulatedHttpCallouts http, SimulatedGrpcCallouts grpc, SimulatedRedisCallouts redis) {

	/**
	 * Lists the callouts to which neither an upstream nor the test has responded.
	 * @return a line for each callout, empty if there is none
	 */
	public String pending() {
		return Stream
			.of(this.http.calls().stream().filter(HttpCallout::isPending),
					this.grpc.calls().stream().filter(GrpcCallout::isPending),
					this.redis.calls().stream().filter(RedisCallout::isPending))
			.flatMap((callouts) -> callouts)
			.map((callout) -> "    " + callout + "\n")
			.collect(Collectors.joining());
	}

}
