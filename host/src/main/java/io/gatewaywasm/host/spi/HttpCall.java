package io.gatewaywasm.host.spi;

import java.time.Duration;
import java.util.List;

import io.gatewaywasm.host.abi.HeaderPair;

/**
 * A request that a guest wants sent.
 *
 * @param plugin the id of the plugin
 * @param upstream the name of the upstream as the guest gave it
 * @param headers the headers with {@code :method}, {@code :path} and {@code :authority}
 * @param body the body, not to be changed
 * @param trailers the trailers
 * @param timeout how long the answer may take
 */
public record HttpCall(String plugin, String upstream, List<HeaderPair> headers, byte[] body, List<HeaderPair> trailers,
		Duration timeout) {

	public HttpCall {
		headers = List.copyOf(headers);
		trailers = List.copyOf(trailers);
	}

}
