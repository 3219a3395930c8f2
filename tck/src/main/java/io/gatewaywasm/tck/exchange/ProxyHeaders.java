package io.gatewaywasm.tck.exchange;

import java.util.Set;

/**
 * Headers that a proxy, a connection or the time determines, and that comparisons
 * therefore ignore.
 */
public final class ProxyHeaders {

	/**
	 * The request header by which a proxy with one address for all cases finds the case.
	 */
	public static final String CASE_HEADER = "x-tck-case";

	private static final Set<String> NAMES = Set.of(CASE_HEADER, "server", "date", "via", "x-request-id", "forwarded",
			"sec-websocket-key", "sec-websocket-accept");

	private ProxyHeaders() {
	}

	/** Returns whether the header, in lower case, is left out of all comparisons. */
	public static boolean isHeader(String name) {
		return NAMES.contains(name) || name.startsWith("x-envoy-") || name.startsWith("x-forwarded-");
	}

}
