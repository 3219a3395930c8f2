package io.gatewaywasm.host.imports;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import io.gatewaywasm.host.abi.GuestMemory;
import io.gatewaywasm.host.abi.HeaderPair;
import io.gatewaywasm.host.abi.HeaderPairs;
import io.gatewaywasm.host.abi.Status;
import io.gatewaywasm.host.abi.StatusException;

/**
 * Names and values of headers as they come from a guest, brought into the form that HTTP
 * allows. The only place where this is done.
 * <p>
 * A name that HTTP does not allow is a bad argument, since it can only be a mistake of
 * the guest. A value may have come from a client, and the Rust SDK panics on any status
 * but OK, so that refusing a value would let a client end the guest. Control characters
 * in a value are replaced by a space instead, as RFC 9110, section 5.5, tells recipients
 * to do with CR, LF and NUL, and white space around it, which that section does not count
 * as part of the value, is removed: Netty refuses to send either.
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
	 * Read a name in order to look it up: lower-cased, not checked.
	 */
	static String lookupName(GuestMemory memory, long pointer, long length) {
		return lowerCase(Guest.key(memory, pointer, length));
	}

	/**
	 * Read a name in order to set it: lower-cased and checked.
	 */
	static String name(GuestMemory memory, long pointer, long length) {
		return checked(lowerCase(Guest.key(memory, pointer, length)));
	}

	/**
	 * Read a value in order to set it.
	 */
	static String value(GuestMemory memory, long pointer, long length) {
		return clean(Guest.key(memory, pointer, length));
	}

	/**
	 * Turn a value into the bytes that the guest gets.
	 */
	static byte[] encode(String value) {
		return value.getBytes(StandardCharsets.ISO_8859_1);
	}

	/**
	 * Read serialized pairs. Malformed ones are an empty list, as everywhere.
	 */
	static List<HeaderPair> pairs(GuestMemory memory, long pointer, long length) {
		if (Integer.toUnsignedLong((int) length) > HeaderPairs.MAXIMUM_SIZE) {
			memory.check((int) pointer, (int) length);
			return new ArrayList<>();
		}
		List<HeaderPair> decoded = HeaderPairs.decode(Guest.bytes(memory, pointer, length));
		List<HeaderPair> pairs = new ArrayList<>(decoded.size());
		for (HeaderPair pair : decoded) {
			String name = checked(pair.name().toLowerCase(Locale.ROOT));
			pairs.add(new HeaderPair(name, clean(pair.value())));
		}
		return pairs;
	}

	/** Nearly every name is in lower case already, and then stays the same string. */
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

	private static String checked(String name) {
		if (!isName(name)) {
			throw StatusException.of(Status.BAD_ARGUMENT);
		}
		return name;
	}

	/**
	 * Return whether HTTP allows a name, or it is one of a pseudo-header.
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
	 * Returns whether a guest may send a request with a method: a token, as RFC 9110,
	 * section 9.1, defines methods. CONNECT is none of them: a client that has sent it
	 * takes what follows on the connection for a tunnel, and so would the next user of a
	 * pooled connection.
	 */
	static boolean isMethod(String value) {
		return !value.startsWith(":") && isName(value) && !value.equalsIgnoreCase("CONNECT");
	}

	private static String clean(String value) {
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
