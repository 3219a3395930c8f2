package io.gatewaywasm.host.imports;

import java.util.List;

import io.gatewaywasm.host.abi.HeaderPair;

/**
 * HTTP callouts (section "HTTP calls") and the status of the last callout.
 */
public interface HostHttpCalls {

	/**
	 * Send a request to an upstream; the answer reaches the root context's callback.
	 * @param upstream the name of the upstream
	 * @param headers the headers with {@code :method}, {@code :path}, {@code :authority}
	 * @param body the body
	 * @param trailers the trailers
	 * @param timeoutMilliseconds the time-out; 0 means the host's default
	 * @return the token of the call, unique in this VM
	 */
	int httpCall(String upstream, List<HeaderPair> headers, byte[] body, List<HeaderPair> trailers,
			int timeoutMilliseconds);

	/**
	 * Return the code of the callout whose callback is running.
	 * @return the gRPC status, or the status of an HTTP callout that failed, or 0
	 */
	int callStatusCode();

	/**
	 * Return the message that goes with {@link #callStatusCode()}.
	 * @return the message, possibly empty
	 */
	String callStatusMessage();

}
