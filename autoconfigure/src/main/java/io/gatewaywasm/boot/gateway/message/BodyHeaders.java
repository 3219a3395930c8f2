package io.gatewaywasm.boot.gateway.message;

import java.util.List;

import org.springframework.http.HttpHeaders;

/**
 * The headers that describe a body. They must be removed when the body is replaced.
 */
public final class BodyHeaders {

	public static final List<String> ALL = List.of(HttpHeaders.CONTENT_LENGTH, HttpHeaders.TRANSFER_ENCODING,
			HttpHeaders.CONTENT_TYPE, HttpHeaders.CONTENT_ENCODING, HttpHeaders.CONTENT_RANGE, HttpHeaders.ETAG,
			HttpHeaders.LAST_MODIFIED);

	private BodyHeaders() {
	}

	public static boolean describesBody(String name) {
		return ALL.stream().anyMatch(name::equalsIgnoreCase);
	}

}
