package io.gatewaywasm.boot.gateway;

import java.util.List;

import io.gatewaywasm.host.abi.FramingHeaders;

import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;

/**
 * How the gateway frames messages: a length where it is known, chunks in HTTP/1.1, the
 * end of the connection in HTTP/1.0, nothing in HTTP/2. Decided when the headers leave,
 * from what is going to be sent.
 */
final class Framing {

	private static final int MAX_LENGTH_DIGITS = 18;

	private Framing() {
	}

	/**
	 * Return the body that a request's headers announce.
	 * @param headers the headers as Netty has received them
	 * @return the body
	 */
	static MessageBody declared(io.netty.handler.codec.http.HttpHeaders headers) {
		return headers.contains(HttpHeaders.TRANSFER_ENCODING) ? MessageBody.UNKNOWN
				: requestLength(headers.getAll(HttpHeaders.CONTENT_LENGTH));
	}

	/**
	 * Return the body that a request's headers announce.
	 * @param headers the headers
	 * @return the body
	 */
	static MessageBody declared(HttpHeaders headers) {
		return PortableHeaders.contains(headers, HttpHeaders.TRANSFER_ENCODING) ? MessageBody.UNKNOWN
				: requestLength(PortableHeaders.values(headers, HttpHeaders.CONTENT_LENGTH));
	}

	private static MessageBody requestLength(List<String> lengths) {
		return lengths.isEmpty() ? MessageBody.NONE : declaredLength(lengths);
	}

	/**
	 * Return the body that lengths announce.
	 * @param lengths the values of {@code content-length}
	 * @return the body, whose length is unknown unless there is one value of digits alone
	 */
	static MessageBody declaredLength(List<String> lengths) {
		if (lengths.size() != 1) {
			return MessageBody.UNKNOWN;
		}
		String length = lengths.get(0);
		boolean digits = !length.isEmpty() && length.length() <= MAX_LENGTH_DIGITS
				&& length.chars().allMatch((character) -> character >= '0' && character <= '9');
		return digits ? MessageBody.of(Long.parseLong(length)) : MessageBody.UNKNOWN;
	}

	/**
	 * Return what is known of the body that a request has at this place of the chain.
	 * Filters of the application may have replaced the one that came from the client;
	 * then the length that the headers declare counts only if it is the one that came.
	 * @param request the request
	 * @param received the body that came from the client
	 * @return the body
	 */
	static MessageBody of(ServerHttpRequest request, MessageBody received) {
		if (request.getBody() instanceof FramedBody framed) {
			return framed.body();
		}
		MessageBody declared = declared(request.getHeaders());
		boolean none = !declared.present() && !received.present();
		return (none || declared.equals(received)) ? declared : MessageBody.UNKNOWN;
	}

	/**
	 * Return whether a response ends with its headers.
	 * @param status the status
	 * @return whether responses with this status have no body
	 */
	static boolean isBodyless(int status) {
		return status < 200 || status == 204 || status == 205 || status == 304;
	}

	/**
	 * Set the length of a body that is complete.
	 * @param headers the headers
	 * @param length the length in bytes
	 */
	static void exactLength(HttpHeaders headers, long length) {
		PortableHeaders.remove(headers, HttpHeaders.TRANSFER_ENCODING);
		headers.setContentLength(length);
	}

	/**
	 * Announce a body of unknown length. Without 'transfer-encoding' a server that finds
	 * no length closes the connection after each response, which is what HTTP/1.0 needs.
	 * HTTP/2 does without it; Netty leaves it out there.
	 * @param headers the headers
	 * @param protocol the protocol of the receiver
	 */
	static void unknownLength(HttpHeaders headers, MessageFacts.Protocol protocol) {
		PortableHeaders.remove(headers, HttpHeaders.CONTENT_LENGTH);
		if (protocol == MessageFacts.Protocol.HTTP_1_0) {
			PortableHeaders.remove(headers, HttpHeaders.TRANSFER_ENCODING);
		}
		else {
			PortableHeaders.set(headers, HttpHeaders.TRANSFER_ENCODING, "chunked");
		}
	}

	/**
	 * Remove the framing of a body that there is not.
	 * @param headers the headers
	 * @param status the status
	 */
	static void noBody(HttpHeaders headers, int status) {
		PortableHeaders.remove(headers, HttpHeaders.TRANSFER_ENCODING);
		if (status == 205) {
			headers.setContentLength(0);
		}
		else if (status != 304) {
			PortableHeaders.remove(headers, HttpHeaders.CONTENT_LENGTH);
		}
	}

	/**
	 * Return the headers of a request as they leave for the upstream.
	 * @param headers the headers as the gateway and its filters have left them
	 * @param method the method
	 * @param body the body
	 * @return a copy with the framing of the body
	 */
	static HttpHeaders outgoing(HttpHeaders headers, String method, MessageBody body) {
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

	/** The gateway adds it to gRPC requests. */
	private static boolean isAsForTrailers(String name, String value) {
		return name.equalsIgnoreCase(HttpHeaders.TE) && value.equals("trailers");
	}

	/**
	 * Reactor Netty sends the body of any other method in chunks, even if it is empty.
	 */
	private static boolean isBodyUnusual(String method) {
		return method.equals("GET") || method.equals("HEAD") || method.equals("DELETE");
	}

}
