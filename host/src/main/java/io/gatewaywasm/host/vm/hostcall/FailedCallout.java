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
		byte[] body = (timeout ? "upstream request timeout" : "upstream connection failure: " + failure.reason())
			.getBytes(StandardCharsets.UTF_8);
		return new HttpCallResult.Response(List.of(new HeaderPair(":status", Integer.toString(failure.status())),
				new HeaderPair("content-length", Integer.toString(body.length)),
				new HeaderPair("content-type", "text/plain")), body, List.of());
	}

}
