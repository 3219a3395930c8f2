package io.gatewaywasm.host.imports;

import java.nio.charset.StandardCharsets;
import java.util.List;

import io.gatewaywasm.host.abi.GuestMemory;
import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.abi.HeaderPairs;

/**
 * Converts header names and values from a guest to the form that HTTP allows.
 * <p>
 * A client may have sent the names and values, and the Rust SDK panics on any status
 * other than OK. Therefore, rejecting them would let a client terminate the guest. As in
 * Envoy, a message with an invalid header name, or a request with a control character in
 * a header value, gets an error response instead, and so does a callout (see
 * {@link CalloutHeaders}). Control characters in the values of a response are replaced
 * with spaces, as RFC 9110, section 5.5, requires of recipients for CR, LF and NUL. White
 * space around a value is not part of it according to that section, and is removed
 * because Netty rejects it.
 */
final class HeaderFields {

	private static final boolean[] TOKEN = new boolean[128];

	static {
		for (char character = '0'; character <= 'z'; character++) {
			TOKEN[character] = Character.isLetterOrDigit(character);
		}
		for (char character : "!#$%&'*+-.^_`|~".toCharArray()) {
			TOKEN[character] = true;
		}
	}

	private HeaderFields() {
	}

	/**
	 * Reads a name for a lookup, in lowercase and without checks.
	 */
	static String lookupName(GuestMemory memory, long pointer, long length) {
		return lowerCase(Guest.key(memory, pointer, length));
	}

	/** Converts a value to the form in which it can be set. */
	static String clean(String value) {
		int start = 0;
		int end = value.length();
		while (start < end && isBlank(value.charAt(start))) {
			start++;
		}
		while (end > start && isBlank(value.charAt(end - 1))) {
			end--;
		}
		for (int i = start; i < end; i++) {
			if (isControl(value.charAt(i))) {
				return replaceControls(value, start, end);
			}
		}
		return value.substring(start, end);
	}

	/**
	 * Returns whether a value contains a character that HTTP does not allow.
	 */
	static boolean hasControl(String value) {
		for (int i = 0; i < value.length(); i++) {
			if (isControl(value.charAt(i))) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Encodes a value for the guest.
	 */
	static byte[] encode(String value) {
		return value.getBytes(StandardCharsets.ISO_8859_1);
	}

	/**
	 * Reads serialized pairs with names in lowercase and without checks. If they are
	 * malformed, the list is empty, as in all hosts.
	 */
	static List<HeaderPair> rawPairs(GuestMemory memory, long pointer, long length) {
		if (Integer.toUnsignedLong((int) length) > HeaderPairs.MAXIMUM_SIZE) {
			memory.check((int) pointer, (int) length);
			return List.of();
		}
		return HeaderPairs.decode(Guest.bytes(memory, pointer, length))
			.stream()
			.map((pair) -> new HeaderPair(lowerCase(pair.name()), pair.value()))
			.toList();
	}

	/**
	 * Converts a name to lowercase. Most names already are, and are returned unchanged.
	 */
	private static String lowerCase(String name) {
		for (int i = 0; i < name.length(); i++) {
			if (isUpperCase(name.charAt(i))) {
				return toLowerCase(name);
			}
		}
		return name;
	}

	private static String toLowerCase(String name) {
		char[] characters = name.toCharArray();
		for (int i = 0; i < characters.length; i++) {
			if (isUpperCase(characters[i])) {
				characters[i] = (char) (characters[i] + 'a' - 'A');
			}
		}
		return new String(characters);
	}

	private static boolean isUpperCase(char character) {
		return character >= 'A' && character <= 'Z';
	}

	/**
	 * Returns whether a name is a valid header name or pseudo-header.
	 */
	static boolean isName(String name) {
		int start = name.startsWith(":") ? 1 : 0;
		for (int i = start; i < name.length(); i++) {
			char character = name.charAt(i);
			if (character >= TOKEN.length || !TOKEN[character]) {
				return false;
			}
		}
		return start < name.length();
	}

	/**
	 * Returns whether a guest may send a request with a method. It must be a token, as
	 * defined in RFC 9110, section 9.1. CONNECT is rejected: a client that sends it
	 * treats everything that follows on the connection as a tunnel, which would affect
	 * the next user of a pooled connection.
	 */
	static boolean isMethod(String value) {
		return !value.startsWith(":") && isName(value) && !value.equalsIgnoreCase("CONNECT");
	}

	private static String replaceControls(String value, int start, int end) {
		StringBuilder result = new StringBuilder(end - start);
		for (int i = start; i < end; i++) {
			char character = value.charAt(i);
			result.append(isControl(character) ? ' ' : character);
		}
		return result.toString();
	}

	private static boolean isBlank(char character) {
		return character == ' ' || character == '\t' || isControl(character);
	}

	private static boolean isControl(char character) {
		return (character < ' ' && character != '\t') || character == 0x7F;
	}

}
