package io.gatewaywasm.boot.gateway.message;

import java.util.List;
import java.util.function.BiConsumer;

import io.gatewaywasm.boot.gateway.body.FramedBody;
import io.gatewaywasm.boot.gateway.body.MessageBody;
import io.gatewaywasm.host.abi.FramingHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;

/**
 * Decides the framing of messages: a content length if it is known, otherwise chunks in
 * HTTP/1.1, the end of the connection in HTTP/1.0, and nothing in HTTP/2. It is decided
 * when the headers are sent, from the body that is going to be sent.
 */
public final class Framing {

	private static final int MAX_LENGTH_DIGITS = 18;

	private Framing() {
	}

	/** Returns the body that a request's headers, as received by Netty, declare. */
	static MessageBody declared(io.netty.handler.codec.http.HttpHeaders headers) {
		return headers.contains(HttpHeaderNames.TRANSFER_ENCODING) ? MessageBody.UNKNOWN
				: requestLength(NettyHeaders.values(headers, HttpHeaderNames.CONTENT_LENGTH));
	}

	/** Returns the body that a request's headers declare. */
	static MessageBody declared(HttpHeaders headers) {
		return PortableHeaders.contains(headers, HttpHeaders.TRANSFER_ENCODING) ? MessageBody.UNKNOWN
				: requestLength(PortableHeaders.values(headers, HttpHeaders.CONTENT_LENGTH));
	}

	private static MessageBody requestLength(List<String> lengths) {
		return lengths.isEmpty() ? MessageBody.NONE : declaredLength(lengths);
	}

	/**
	 * Returns the body that the values of {@code content-length} declare. Its length is
	 * unknown unless there is a single value that consists of digits.
	 */
	static MessageBody declaredLength(List<String> lengths) {
		if (lengths.size() != 1) {
			return MessageBody.UNKNOWN;
		}
		String length = lengths.get(0);
		boolean digits = !length.isEmpty() && length.length() <= MAX_LENGTH_DIGITS && isDigits(length);
		return digits ? MessageBody.of(Long.parseLong(length)) : MessageBody.UNKNOWN;
	}

	private static boolean isDigits(String text) {
		for (int i = 0; i < text.length(); i++) {
			if (text.charAt(i) < '0' || text.charAt(i) > '9') {
				return false;
			}
		}
		return true;
	}

	/**
	 * Returns the body that a request has at this point of the chain. If a filter of the
	 * application has replaced the client's body, the declared length counts only if it
	 * equals the received one.
	 */
	public static MessageBody of(ServerHttpRequest request, MessageBody received) {
		if (request.getBody() instanceof FramedBody framed) {
			return framed.body();
		}
		MessageBody declared = declared(request.getHeaders());
		boolean none = !declared.present() && !received.present();
		return (none || declared.equals(received)) ? declared : MessageBody.UNKNOWN;
	}

	/** Returns whether a response with this status has no body. */
	public static boolean isBodyless(int status) {
		return status < 200 || status == 204 || status == 205 || status == 304;
	}

	/** Sets the length of a complete body. */
	public static void exactLength(HttpHeaders headers, long length) {
		PortableHeaders.remove(headers, HttpHeaders.TRANSFER_ENCODING);
		headers.setContentLength(length);
	}

	/**
	 * Declares a body of unknown length. For HTTP/1.0 neither header is set: the server
	 * then closes the connection after the response, which marks the end of the body. In
	 * HTTP/2, Netty leaves {@code transfer-encoding} out.
	 */
	public static void unknownLength(HttpHeaders headers, MessageFacts.Protocol protocol) {
		PortableHeaders.remove(headers, HttpHeaders.CONTENT_LENGTH);
		if (protocol == MessageFacts.Protocol.HTTP_1_0) {
			PortableHeaders.remove(headers, HttpHeaders.TRANSFER_ENCODING);
		}
		else {
			PortableHeaders.set(headers, HttpHeaders.TRANSFER_ENCODING, "chunked");
		}
	}

	/** Sets the framing headers that the filters behind this one see. */
	public static void forFilters(HttpHeaders headers, MessageBody body) {
		if (body.length() >= 0) {
			exactLength(headers, body.length());
		}
		else {
			unknownLength(headers, MessageFacts.Protocol.HTTP_1_1);
		}
	}

	/** Removes the framing headers of a response without a body. */
	public static void noBody(HttpHeaders headers, int status) {
		PortableHeaders.remove(headers, HttpHeaders.TRANSFER_ENCODING);
		if (status == 205) {
			headers.setContentLength(0);
		}
		else if (status != 304) {
			PortableHeaders.remove(headers, HttpHeaders.CONTENT_LENGTH);
		}
	}

	/**
	 * Returns a copy of a request's headers with the framing that is sent to the
	 * upstream.
	 */
	public static HttpHeaders outgoing(HttpHeaders headers, String method, MessageBody body) {
		HttpHeaders outgoing = new HttpHeaders();
		PortableHeaders.forEach(headers, (name, value) -> {
			if (!FramingHeaders.owns(name) || isAsForTrailers(name, value)) {
				PortableHeaders.add(outgoing, name, value);
			}
		});
		if (body.present() && body.length() < 0) {
			PortableHeaders.set(outgoing, HttpHeaders.TRANSFER_ENCODING, "chunked");
		}
		else if (body.length() >= 0) {
			outgoing.setContentLength(body.length());
		}
		else if (!isBodyUnusual(method)) {
			outgoing.setContentLength(0);
		}
		return outgoing;
	}

	/**
	 * Returns whether {@link #outgoing} would return the same headers, so that they need
	 * not be copied.
	 */
	public static boolean isOutgoing(HttpHeaders headers, String method, MessageBody body) {
		boolean declared = body.length() >= 0;
		if (!declared && (body.present() || !isBodyUnusual(method))) {
			return false;
		}
		DeclaredFraming found = new DeclaredFraming(declared ? Long.toString(body.length()) : null);
		// Unlike headerSet(), this creates no objects. It may visit a value twice.
		headers.forEach(found);
		return found.isExact();
	}

	/** The gateway adds this header to gRPC requests. */
	private static boolean isAsForTrailers(String name, String value) {
		return name.equalsIgnoreCase(HttpHeaders.TE) && value.equals("trailers");
	}

	/**
	 * Returns whether a body is unusual for the method. For any other method, Reactor
	 * Netty sends even an empty body in chunks.
	 */
	private static boolean isBodyUnusual(String method) {
		return method.equals("GET") || method.equals("HEAD") || method.equals("DELETE");
	}

	/**
	 * Compares the framing headers of a request with the only one that it should have, or
	 * with none.
	 */
	private static final class DeclaredFraming implements BiConsumer<String, List<String>> {

		private final @Nullable String length;

		private boolean lengthFound;

		private boolean different;

		private DeclaredFraming(@Nullable String length) {
			this.length = length;
		}

		@Override
		public void accept(String name, List<String> values) {
			if (!FramingHeaders.owns(name)) {
				return;
			}
			boolean expected = this.length != null && !this.lengthFound
					&& name.equalsIgnoreCase(HttpHeaders.CONTENT_LENGTH) && values.size() == 1
					&& values.get(0).equals(this.length);
			this.lengthFound |= expected;
			this.different |= !expected;
		}

		private boolean isExact() {
			return !this.different && this.lengthFound == (this.length != null);
		}

	}

}
