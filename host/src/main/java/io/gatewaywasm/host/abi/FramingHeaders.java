package io.gatewaywasm.host.abi;

import java.util.Locale;
import java.util.Set;

/**
 * The headers and statuses that say where a message begins and ends on its connection.
 * They belong to the gateway: a guest can read and set these headers, and what it sets is
 * shown to the guests that follow, but is never sent. Holds for requests, responses,
 * local responses, callouts and trailers.
 */
public final class FramingHeaders {

	private static final Set<String> NAMES = Set.of("content-length", "transfer-encoding", "connection", "upgrade",
			"te", "trailer", "keep-alive", "proxy-connection");

	/** The bit of each length that one of the names has. */
	private static final long LENGTHS = NAMES.stream()
		.mapToLong((name) -> 1L << name.length())
		.reduce(0, (first, second) -> first | second);

	private static final int MIN_FINAL_STATUS = 200;

	private static final int MAX_STATUS = 999;

	private FramingHeaders() {
	}

	/**
	 * Return whether a header belongs to the gateway.
	 * @param name the name of the header, in any case
	 * @return whether a value that a guest sets is not sent
	 */
	public static boolean owns(String name) {
		// Most names end here: to look them up, those with capitals would be copied.
		boolean possible = name.length() < Long.SIZE && (LENGTHS >>> name.length() & 1) != 0;
		return possible && (NAMES.contains(name) || NAMES.contains(name.toLowerCase(Locale.ROOT)));
	}

	/**
	 * Return whether a status ends a request. The statuses below 200 announce a response
	 * that is yet to come.
	 * @param status the status
	 * @return whether a guest can set it
	 */
	public static boolean isFinalStatus(int status) {
		return status >= MIN_FINAL_STATUS && status <= MAX_STATUS;
	}

	/**
	 * Return whether a value can be the authority of a request, which becomes the header
	 * {@code host}: a host name or address, with a port or without.
	 * @param authority the value
	 * @return whether it has only characters of RFC 3986, or the bar of Istio's cluster
	 * names, and no user information
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
