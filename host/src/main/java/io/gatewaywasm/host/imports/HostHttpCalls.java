package io.gatewaywasm.host.imports;

import java.util.List;

import io.gatewaywasm.host.abi.HeaderPair;

/**
 * HTTP callouts (section "HTTP calls") and the status of the last callout.
 */
public interface HostHttpCalls {

	/**
	 * Sends a callout to an upstream. The response is passed to a callback of the root
	 * context.
	 * @param upstream the name of the upstream
	 * @param headers the headers, including {@code :method}, {@code :path} and {@code
	 * :authority}
	 * @param body the body
	 * @param trailers the trailers
	 * @param timeoutMilliseconds the timeout, or 0 for the host's default
	 * @return the token of the callout, unique in this VM
	 */
	int httpCall(String upstream, List<HeaderPair> headers, byte[] body, List<HeaderPair> trailers,
			int timeoutMilliseconds);

	/**
	 * Accepts a callout that HTTP does not allow, and does not send it. The callback gets
	 * an error response.
	 * @param upstream the name of the upstream
	 * @param reason the text of the error response
	 * @return the token of the callout, unique in this VM
	 */
	int refusedHttpCall(String upstream, String reason);

	/**
	 * Returns the status code of the failed HTTP callout whose callback is running, or
	 * that of the last gRPC callout, or 0.
	 */
	int callStatusCode();

	/**
	 * Returns the message that belongs to {@link #callStatusCode()}, possibly empty.
	 */
	String callStatusMessage();

}
