package io.gatewaywasm.test.callout;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.spi.HttpCallResult;

/**
 * What an upstream answers to an HTTP call of a filter. Immutable.
 */
public final class HttpAnswer {

	private final HttpCallResult result;

	private HttpAnswer(HttpCallResult result) {
		this.result = result;
	}

	/**
	 * Return an answer without body.
	 * @param status the status
	 * @return the answer
	 */
	public static HttpAnswer status(int status) {
		return new HttpAnswer(new HttpCallResult.Answer(List.of(new HeaderPair(":status", Integer.toString(status))),
				new byte[0], List.of()));
	}

	/**
	 * Return that there is no answer.
	 * @param reason why, as the filter can read it
	 * @return the failure
	 */
	public static HttpAnswer failure(String reason) {
		return new HttpAnswer(new HttpCallResult.Failure(reason));
	}

	/**
	 * Return a copy with one more header.
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
	 * Return a copy with a body.
	 * @param text the body, which is sent in UTF-8
	 * @return a copy
	 */
	public HttpAnswer body(String text) {
		return body(text.getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * Return a copy with a body.
	 * @param bytes the body
	 * @return a copy
	 */
	public HttpAnswer body(byte[] bytes) {
		HttpCallResult.Answer answer = answer();
		return new HttpAnswer(new HttpCallResult.Answer(answer.headers(), bytes.clone(), answer.trailers()));
	}

	/**
	 * Return a copy with one more trailer.
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
		throw new IllegalStateException("a failure has neither headers nor body");
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
