package io.gatewaywasm.boot.gateway.message;

import java.util.Locale;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Decides which hop-by-hop headers of a client's connection a guest sees. Like Envoy, it
 * hides headers that describe the connection and not the request.
 */
public final class HopByHop {

	private static final Set<String> HIDDEN = Set.of("connection", "keep-alive", "proxy-connection",
			"transfer-encoding", "upgrade", "expect");

	private static final String TE = "te";

	private static final String TRAILERS = "trailers";

	/** The headers into which Netty puts what HTTP/1.1 has no place for. */
	private static final String HTTP2_STREAM_ID = "x-http2-stream-id";

	private static final String HTTP2_SCHEME = "x-http2-scheme";

	/**
	 * A bit set of the lengths of all names, so that most headers are recognized by their
	 * length.
	 */
	private static final long LENGTHS = HIDDEN.stream()
		.mapToLong((name) -> 1L << name.length())
		.reduce(1L << TE.length(), (first, second) -> first | second);

	private HopByHop() {
	}

	/**
	 * Returns the value of a request header that a guest sees, or {@code null} if the
	 * header is hidden. {@code upgrade} says whether the gateway upgrades the request;
	 * guests then see {@code connection} and {@code upgrade}.
	 */
	static @Nullable String visible(String name, String value, boolean upgrade) {
		if (name.length() >= Long.SIZE || (LENGTHS >>> name.length() & 1) == 0) {
			return value;
		}
		String lower = name.toLowerCase(Locale.ROOT);
		if (lower.equals(TE)) {
			return acceptsTrailers(value) ? TRAILERS : null;
		}
		boolean shown = !HIDDEN.contains(lower) || (upgrade && (lower.equals("connection") || lower.equals("upgrade")));
		return shown ? value : null;
	}

	/**
	 * Returns whether Netty adds a header of this name to requests of HTTP/2.
	 */
	static boolean isNameOfHttp2(String name) {
		return HTTP2_STREAM_ID.equalsIgnoreCase(name) || HTTP2_SCHEME.equalsIgnoreCase(name);
	}

	/**
	 * Returns whether Netty has added the header to a request of HTTP/2. A scheme other
	 * than {@code http} and {@code https} is shown, because only a client can have sent
	 * it under this name.
	 */
	static boolean isOfHttp2(String name, String value) {
		return HTTP2_STREAM_ID.equalsIgnoreCase(name)
				|| (HTTP2_SCHEME.equalsIgnoreCase(name) && (value.equals("http") || value.equals("https")));
	}

	/**
	 * Returns whether the client accepts trailers, a coding that has no parameters.
	 * Everything else in {@code te} concerns the next hop only.
	 */
	public static boolean acceptsTrailers(String te) {
		for (String coding : te.split(",")) {
			if (coding.trim().equalsIgnoreCase(TRAILERS)) {
				return true;
			}
		}
		return false;
	}

}
