package io.gatewaywasm.host.vm.hostcall;

import java.nio.charset.StandardCharsets;
import java.util.List;

import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.spi.HttpCallResult;

/**
 * Creates the response that the guest gets for a failed HTTP callout, since guests read
 * {@code :status} of every callout. Its text gives the reason.
 */
final class FailedCallout {

	private FailedCallout() {
	}

	static HttpCallResult.Response toResponse(HttpCallResult.Failure failure) {
		boolean timeout = failure.status() == HttpCallResult.Failure.TIMEOUT;
		String text = timeout ? "upstream request timeout" : "upstream connection failure: " + failure.reason();
		return response(failure.status(), text.getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * Creates the response to a callout that HTTP does not allow. The reason can contain
	 * the bytes of a header name, each as one character.
	 */
	static HttpCallResult.Response refused(String reason) {
		return response(HttpCallResult.Failure.CONNECTION, reason.getBytes(StandardCharsets.ISO_8859_1));
	}

	private static HttpCallResult.Response response(int status, byte[] body) {
		return new HttpCallResult.Response(List.of(new HeaderPair(":status", Integer.toString(status)),
				new HeaderPair("content-length", Integer.toString(body.length)),
				new HeaderPair("content-type", "text/plain")), body, List.of());
	}

}
