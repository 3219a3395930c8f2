package io.gatewaywasm.test.callout;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.spi.HttpCallResult;

/**
 * The response of an upstream to an HTTP callout. Immutable.
 */
public final class HttpAnswer {

	private final HttpCallResult result;

	private HttpAnswer(HttpCallResult result) {
		this.result = result;
	}

	/**
	 * Returns a response without body.
	 * @param status the status
	 * @return the response
	 */
	public static HttpAnswer status(int status) {
		return new HttpAnswer(new HttpCallResult.Answer(List.of(new HeaderPair(":status", Integer.toString(status))),
				new byte[0], List.of()));
	}

	/**
	 * Returns a failure: the upstream does not respond.
	 * @param reason the reason, which the filter can read
	 * @return the failure
	 */
	public static HttpAnswer failure(String reason) {
		return new HttpAnswer(new HttpCallResult.Failure(reason));
	}

	/**
	 * Returns a copy with an additional header.
	 * @param name the name
	 * @param value the value
	 * @return a copy
	 */
	public HttpAnswer header(String name, String value) {
		HttpCallResult.Answer answer = answer();
		return new HttpAnswer(
				new HttpCallResult.Answer(plus(answer.headers(), name, value), answer.body(), answer.trailers()));
	}

	/**
	 * Returns a copy with a body.
	 * @param text the body, encoded as UTF-8
	 * @return a copy
	 */
	public HttpAnswer body(String text) {
		return body(text.getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * Returns a copy with a body.
	 * @param bytes the body
	 * @return a copy
	 */
	public HttpAnswer body(byte[] bytes) {
		HttpCallResult.Answer answer = answer();
		return new HttpAnswer(new HttpCallResult.Answer(answer.headers(), bytes.clone(), answer.trailers()));
	}

	/**
	 * Returns a copy with an additional trailer.
	 * @param name the name
	 * @param value the value
	 * @return a copy
	 */
	public HttpAnswer trailer(String name, String value) {
		HttpCallResult.Answer answer = answer();
		return new HttpAnswer(
				new HttpCallResult.Answer(answer.headers(), answer.body(), plus(answer.trailers(), name, value)));
	}

	private HttpCallResult.Answer answer() {
		if (this.result instanceof HttpCallResult.Answer answer) {
			return answer;
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
