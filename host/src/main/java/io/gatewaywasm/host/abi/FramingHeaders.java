package io.gatewaywasm.host.abi;

import java.util.Locale;
import java.util.Set;

/**
 * The headers and statuses that delimit messages on a connection. The gateway controls
 * them: a guest can read and set these headers, and later guests see its values, but they
 * are never sent. This applies to requests, responses, local responses, callouts and
 * trailers.
 */
public final class FramingHeaders {

	private static final Set<String> NAMES = Set.of("content-length", "transfer-encoding", "connection", "upgrade",
			"te", "trailer", "keep-alive", "proxy-connection");

	/** One bit for each length that a name has. */
	private static final long LENGTHS = NAMES.stream()
		.mapToLong((name) -> 1L << name.length())
		.reduce(0, (first, second) -> first | second);

	private static final int MIN_FINAL_STATUS = 200;

	private static final int MAX_STATUS = 999;

	private FramingHeaders() {
	}

	/**
	 * Returns whether the gateway controls a header, so that a value set by a guest is
	 * not sent. The name can be in any case.
	 */
	public static boolean owns(String name) {
		// A check of the length avoids a lookup for most names, which would copy names
		// with capitals.
		boolean possible = name.length() < Long.SIZE && (LENGTHS >>> name.length() & 1) != 0;
		return possible && (NAMES.contains(name) || NAMES.contains(name.toLowerCase(Locale.ROOT)));
	}

	/**
	 * Returns whether a header belongs to the connection and not to the message, so that
	 * the gateway sends its own value. The name must be in lower case.
	 */
	public static boolean isOfConnection(String name) {
		return owns(name) && !name.equals("content-length");
	}

	/**
	 * Returns whether a status is final, so that a guest can set it. Statuses below 200
	 * announce a later response.
	 */
	public static boolean isFinalStatus(int status) {
		return status >= MIN_FINAL_STATUS && status <= MAX_STATUS;
	}

	/**
	 * Returns whether a value is a valid authority of a request, which becomes the header
	 * {@code host}: a host name or address, optionally with a port. Only characters of
	 * RFC 3986 are valid, and the bar of Istio's cluster names. User information is not.
	 */
	public static boolean isAuthority(String authority) {
		for (int i = 0; i < authority.length(); i++) {
			if (!isAuthorityCharacter(authority.charAt(i))) {
				return false;
			}
		}
		return !authority.isEmpty();
	}

	private static boolean isAuthorityCharacter(char character) {
		return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z')
				|| (character >= '0' && character <= '9') || "-._~%!$&'()*+,;=:[]|".indexOf(character) >= 0;
	}

}
