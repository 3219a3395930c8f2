package io.gatewaywasm.boot.gateway.message;

import java.util.Locale;
import java.util.Set;

import io.gatewaywasm.host.abi.FramingHeaders;
import io.netty.handler.codec.http.HttpHeaderValidationUtil;

/**
 * The names that are allowed in trailers. Others are not sent: HTTP forbids them (RFC
 * 9110, section 6.5.1), because a receiver that merges them into the headers would
 * interpret the message differently, and Netty rejects some of them.
 */
final class TrailerNames {

	private static final Set<String> FORBIDDEN = Set.of("age", "cache-control", "content-encoding", "content-length",
			"content-range", "content-type", "date", "expires", "host", "location", "retry-after", "set-cookie",
			"trailer", "transfer-encoding", "vary", "warning");

	/** Headers that control routing, authentication or the meaning of a request. */
	private static final Set<String> FORBIDDEN_IN_REQUESTS = Set.of("authorization", "cookie", "expect", "forwarded",
			"max-forwards", "proxy-authorization", "range");

	private TrailerNames() {
	}

	static boolean isAllowed(String name) {
		return !name.startsWith(":") && !FramingHeaders.owns(name)
				&& !FORBIDDEN.contains(name.toLowerCase(Locale.ROOT));
	}

	static boolean isAllowedInRequest(String name, String value) {
		return isAllowed(name) && !FORBIDDEN_IN_REQUESTS.contains(name.toLowerCase(Locale.ROOT))
				&& HttpHeaderValidationUtil.validateToken(name) < 0
				&& HttpHeaderValidationUtil.validateValidHeaderValue(value) < 0;
	}

}
