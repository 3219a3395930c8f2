package io.gatewaywasm.test.exchange;

import java.util.List;
import java.util.Map;

import io.gatewaywasm.host.abi.HeaderPair;
import org.jspecify.annotations.Nullable;

/**
 * The content of a {@link FilterRequest} when it is sent.
 *
 * @param headers the headers, pseudo-headers first
 * @param chunks the body
 * @param trailers the trailers
 * @param properties the properties that the test has set
 * @param response the response of the upstream, or {@code null} if the test sends it
 * later
 */
record SimulatedRequest(List<HeaderPair> headers, List<byte[]> chunks, List<HeaderPair> trailers,
		Map<String, Object> properties, @Nullable UpstreamResponse response) {

}
