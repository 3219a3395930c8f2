package io.gatewaywasm.boot.gateway;

import java.util.List;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;

/**
 * Whether there is a body, how long it is, and how its end is marked.
 */
final class BodyHeaders {

	/** Headers that describe a body. */
	static final List<String> ALL = List.of(HttpHeaders.CONTENT_LENGTH, HttpHeaders.TRANSFER_ENCODING,
			HttpHeaders.CONTENT_TYPE, HttpHeaders.CONTENT_ENCODING, HttpHeaders.CONTENT_RANGE, HttpHeaders.ETAG,
			HttpHeaders.LAST_MODIFIED);

	private BodyHeaders() {
	}

	/**
	 * Return whether a request ends with its headers. So does one that asks for a
	 * WebSocket, as far as filters are concerned.
	 * @param request the request
	 * @return whether there is no body to look at
	 */
	static boolean isBodyless(ServerHttpRequest request) {
		HttpHeaders headers = request.getHeaders();
		return isWebSocket(request) || (headers.getContentLength() <= 0
				&& !PortableHeaders.contains(headers, HttpHeaders.TRANSFER_ENCODING));
	}

	static boolean isWebSocket(ServerHttpRequest request) {
		return "websocket".equalsIgnoreCase(PortableHeaders.first(request.getHeaders(), HttpHeaders.UPGRADE));
	}

	/**
	 * Return whether a response ends with its headers.
	 * @param request the request
	 * @param response the response
	 * @return whether there is no body to look at
	 */
	static boolean isBodyless(ServerHttpRequest request, ServerHttpResponse response) {
		return HttpMethod.HEAD.equals(request.getMethod()) || isBodyless(ResponseHeaderMap.status(response))
				|| response.getHeaders().getContentLength() == 0;
	}

	/**
	 * Return whether a header describes a body.
	 * @param name the name of the header
	 * @return whether it makes no sense with another body
	 */
	static boolean describesBody(String name) {
		return ALL.stream().anyMatch(name::equalsIgnoreCase);
	}

	static boolean isBodyless(int status) {
		return status < 200 || status == 204 || status == 304;
	}

	/**
	 * Say that a body's length is known. Takes the place of any other framing.
	 * @param headers the headers
	 * @param length the length in bytes
	 */
	static void exactLength(HttpHeaders headers, long length) {
		PortableHeaders.remove(headers, HttpHeaders.TRANSFER_ENCODING);
		headers.setContentLength(length);
	}

	/**
	 * Say that a response's length is not known. Without this header, a server that finds
	 * no length closes the connection after each response.
	 * @param headers the headers
	 */
	static void chunked(HttpHeaders headers) {
		PortableHeaders.remove(headers, HttpHeaders.CONTENT_LENGTH);
		PortableHeaders.set(headers, HttpHeaders.TRANSFER_ENCODING, "chunked");
	}

}
