package io.gatewaywasm.boot.gateway.message;

import java.util.List;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http2.HttpConversionUtil.ExtensionHeaderNames;
import io.netty.util.AsciiString;
import reactor.netty.http.client.HttpClientResponse;

import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;

/**
 * The headers of an upstream's response that belong to its connection, as filters see
 * them: those that the gateway has removed from the response, and not those that Reactor
 * Netty has added to it.
 */
public final class UpstreamFraming {

	private static final List<AsciiString> REMOVED = List.of(HttpHeaderNames.CONNECTION, HttpHeaderNames.UPGRADE,
			HttpHeaderNames.TRAILER);

	private UpstreamFraming() {
	}

	/**
	 * Shows filters the framing of a response, if it comes from an upstream. {@code
	 * http2} says whether it has come over HTTP/2.
	 */
	public static void show(ServerWebExchange exchange, boolean http2, HttpHeaders response, ShownFraming framing) {
		HttpClientResponse upstream = MessageFacts.upstream(exchange);
		if (upstream != null) {
			show(upstream.responseHeaders(), http2, response, framing);
		}
	}

	static void show(io.netty.handler.codec.http.HttpHeaders upstream, boolean http2, HttpHeaders response,
			ShownFraming framing) {
		for (AsciiString name : REMOVED) {
			if (upstream.contains(name) && !PortableHeaders.contains(response, name.toString())) {
				upstream.getAll(name).forEach((value) -> framing.add(name.toString(), value, response));
			}
		}
		boolean chunked = !http2 && upstream.contains(HttpHeaderNames.TRANSFER_ENCODING);
		if (!chunked && PortableHeaders.contains(response, HttpHeaders.TRANSFER_ENCODING)) {
			framing.hide(HttpHeaders.TRANSFER_ENCODING, response);
		}
		if (http2) {
			PortableHeaders.remove(response, ExtensionHeaderNames.STREAM_ID.text().toString());
		}
	}

}
