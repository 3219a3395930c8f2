package io.gatewaywasm.test.exchange;

import java.util.List;
import java.util.Map;

import io.gatewaywasm.host.abi.HeaderPair;
import org.jspecify.annotations.Nullable;

/**
 * The content of a {@link FilterRequest} when it is sent. {@code headers} has the
 * headers, pseudo-headers first. {@code response} is the response of the upstream, or
 * {@code null} if the test sends it later.
 */
record SimulatedRequest(List<HeaderPair> headers, List<byte[]> chunks, List<HeaderPair> trailers,
		Map<String, Object> properties, @Nullable UpstreamResponse response) {

}
