package io.gatewaywasm.boot.gateway;

import java.util.List;

import org.springframework.http.HttpHeaders;

/**
 * The headers that describe a body, and make no sense with another one.
 */
final class BodyHeaders {

	/** Headers that describe a body. */
	static final List<String> ALL = List.of(HttpHeaders.CONTENT_LENGTH, HttpHeaders.TRANSFER_ENCODING,
			HttpHeaders.CONTENT_TYPE, HttpHeaders.CONTENT_ENCODING, HttpHeaders.CONTENT_RANGE, HttpHeaders.ETAG,
			HttpHeaders.LAST_MODIFIED);

	private BodyHeaders() {
	}

	/**
	 * Return whether a header describes a body.
	 * @param name the name of the header
	 * @return whether it makes no sense with another body
	 */
	static boolean describesBody(String name) {
		return ALL.stream().anyMatch(name::equalsIgnoreCase);
	}

}
