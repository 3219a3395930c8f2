package io.gatewaywasm.test.callout;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.spi.HttpCallResult;

/**
 * The response of an upstream to an HTTP callout. Immutable.
 */
public final class HttpCallResponse {

	private final HttpCallResult result;

	private HttpCallResponse(HttpCallResult result) {
		this.result = result;
	}

	/**
	 * Returns a response without body.
	 * @param status the status
	 * @return the response
	 */
	public static HttpCallResponse status(int status) {
		return new HttpCallResponse(new HttpCallResult.Response(
				List.of(new HeaderPair(":status", Integer.toString(status))), new byte[0], List.of()));
	}

	/**
	 * Returns a failure of the connection. The filter gets the status 503.
	 * @param reason the reason, which the filter can read
	 * @return the failure
	 */
	public static HttpCallResponse failure(String reason) {
		return new HttpCallResponse(new HttpCallResult.Failure(reason));
	}

	/**
	 * Returns a timeout: the upstream does not respond in time. The filter gets the
	 * status 504.
	 * @return the timeout
	 */
	public static HttpCallResponse timeout() {
		return new HttpCallResponse(new HttpCallResult.Failure("no response in time", HttpCallResult.Failure.TIMEOUT));
	}

	/**
	 * Returns a copy with an additional header.
	 * @param name the name
	 * @param value the value
	 * @return a copy
	 */
	public HttpCallResponse header(String name, String value) {
		HttpCallResult.Response current = received();
		return new HttpCallResponse(
				new HttpCallResult.Response(plus(current.headers(), name, value), current.body(), current.trailers()));
	}

	/**
	 * Returns a copy with a body.
	 * @param text the body, encoded as UTF-8
	 * @return a copy
	 */
	public HttpCallResponse body(String text) {
		return body(text.getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * Returns a copy with a body.
	 * @param bytes the body
	 * @return a copy
	 */
	public HttpCallResponse body(byte[] bytes) {
		HttpCallResult.Response current = received();
		return new HttpCallResponse(new HttpCallResult.Response(current.headers(), bytes.clone(), current.trailers()));
	}

	/**
	 * Returns a copy with an additional trailer.
	 * @param name the name
	 * @param value the value
	 * @return a copy
	 */
	public HttpCallResponse trailer(String name, String value) {
		HttpCallResult.Response current = received();
		return new HttpCallResponse(
				new HttpCallResult.Response(current.headers(), current.body(), plus(current.trailers(), name, value)));
	}

	private HttpCallResult.Response received() {
		if (this.result instanceof HttpCallResult.Response response) {
			return response;
		}
		throw new IllegalStateException("A failure has neither headers nor body");
	}

	private static List<HeaderPair> plus(List<HeaderPair> pairs, String name, String value) {
		List<HeaderPair> more = new ArrayList<>(pairs);
		more.add(new HeaderPair(name, value));
		return more;
	}

	HttpCallResult result() {
		return this.result;
	}

}
