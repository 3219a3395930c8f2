package io.gatewaywasm.boot.gateway.attributes;

import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

import javax.security.auth.x500.X500Principal;

import org.jspecify.annotations.Nullable;

/**
 * The subject of a certificate in the form of RFC 2253 that Envoy's TLS library prints.
 * Filters compare it with names that were written for Envoy. The JDK's form of the same
 * name has other keywords and escapes.
 */
final class CertificateSubject {

	private static final HexFormat HEX = HexFormat.of().withUpperCase();

	private static final int OBJECT_IDENTIFIER = 0x06;

	private static final int UTF_8 = 0x0c;

	private static final int UNIVERSAL = 0x1c;

	private static final int BMP = 0x1e;

	/** The tags of strings with one byte per character. */
	private static final List<Integer> SINGLE_BYTE = List.of(0x12, 0x13, 0x14, 0x16, 0x1a);

	private static final Map<String, String> KEYWORDS = Map.ofEntries(Map.entry("2.5.4.3", "CN"),
			Map.entry("2.5.4.4", "SN"), Map.entry("2.5.4.5", "serialNumber"), Map.entry("2.5.4.6", "C"),
			Map.entry("2.5.4.7", "L"), Map.entry("2.5.4.8", "ST"), Map.entry("2.5.4.9", "street"),
			Map.entry("2.5.4.10", "O"), Map.entry("2.5.4.11", "OU"), Map.entry("2.5.4.12", "title"),
			Map.entry("2.5.4.13", "description"), Map.entry("2.5.4.15", "businessCategory"),
			Map.entry("2.5.4.16", "postalAddress"), Map.entry("2.5.4.17", "postalCode"),
			Map.entry("2.5.4.18", "postOfficeBox"), Map.entry("2.5.4.20", "telephoneNumber"),
			Map.entry("2.5.4.41", "name"), Map.entry("2.5.4.42", "GN"), Map.entry("2.5.4.43", "initials"),
			Map.entry("2.5.4.44", "generationQualifier"), Map.entry("2.5.4.45", "x500UniqueIdentifier"),
			Map.entry("2.5.4.46", "dnQualifier"), Map.entry("2.5.4.65", "pseudonym"), Map.entry("2.5.4.72", "role"),
			Map.entry("0.9.2342.19200300.100.1.1", "UID"), Map.entry("0.9.2342.19200300.100.1.3", "mail"),
			Map.entry("0.9.2342.19200300.100.1.25", "DC"), Map.entry("1.2.840.113549.1.9.1", "emailAddress"),
			Map.entry("1.2.840.113549.1.9.2", "unstructuredName"),
			Map.entry("1.2.840.113549.1.9.8", "unstructuredAddress"));

	private CertificateSubject() {
	}

	/** Returns the text of a name. */
	static String text(X500Principal subject) {
		List<String> parts = new ArrayList<>();
		Element name = Element.next(ByteBuffer.wrap(subject.getEncoded()));
		ByteBuffer sets = name.content();
		while (sets.hasRemaining()) {
			List<String> attributes = new ArrayList<>();
			ByteBuffer set = Element.next(sets).content();
			while (set.hasRemaining()) {
				attributes.add(attribute(Element.next(set).content()));
			}
			Collections.reverse(attributes);
			parts.add(String.join("+", attributes));
		}
		Collections.reverse(parts);
		return String.join(",", parts);
	}

	private static String attribute(ByteBuffer typeAndValue) {
		String type = identifier(Element.next(typeAndValue));
		Element value = Element.next(typeAndValue);
		String keyword = KEYWORDS.get(type);
		String text = (keyword != null) ? string(value) : null;
		return ((keyword != null) ? keyword : type) + "="
				+ ((text != null) ? escape(text) : "#" + HEX.formatHex(value.encoded()));
	}

	private static String identifier(Element element) {
		if (element.tag() != OBJECT_IDENTIFIER) {
			return "";
		}
		StringBuilder text = new StringBuilder();
		long number = 0;
		ByteBuffer bytes = element.content();
		while (bytes.hasRemaining()) {
			byte next = bytes.get();
			number = (number << 7) | (next & 0x7f);
			if (next >= 0) {
				if (text.isEmpty()) {
					long first = Math.min(number / 40, 2);
					text.append(first).append('.').append(number - 40 * first);
				}
				else {
					text.append('.').append(number);
				}
				number = 0;
			}
		}
		return text.toString();
	}

	/**
	 * Returns the characters of a string, or {@code null} for a value of another type.
	 */
	private static @Nullable String string(Element value) {
		Charset charset = switch (value.tag()) {
			case UTF_8 -> StandardCharsets.UTF_8;
			case BMP -> StandardCharsets.UTF_16BE;
			case UNIVERSAL -> Charset.forName("UTF-32BE");
			default -> SINGLE_BYTE.contains(value.tag()) ? StandardCharsets.ISO_8859_1 : null;
		};
		return (charset != null) ? charset.decode(value.content()).toString() : null;
	}

	private static String escape(String value) {
		byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
		StringBuilder text = new StringBuilder(bytes.length);
		for (int i = 0; i < bytes.length; i++) {
			char character = (char) (bytes[i] & 0xff);
			boolean atAnEnd = (character == ' ' && (i == 0 || i == bytes.length - 1)) || (character == '#' && i == 0);
			if (atAnEnd || ",+\"\\<>;".indexOf(character) >= 0) {
				text.append('\\').append(character);
			}
			else if (character < ' ' || character > '~') {
				text.append('\\').append(HEX.toHexDigits(bytes[i]));
			}
			else {
				text.append(character);
			}
		}
		return text.toString();
	}

	/** An element in DER, with its tag and length in {@code encoded}. */
	private record Element(int tag, ByteBuffer content, byte[] encoded) {

		static Element next(ByteBuffer bytes) {
			int start = bytes.position();
			int tag = bytes.get() & 0xff;
			int length = bytes.get() & 0xff;
			if (length > 0x80) {
				int count = length & 0x7f;
				length = 0;
				for (int i = 0; i < count; i++) {
					length = (length << 8) | (bytes.get() & 0xff);
				}
			}
			ByteBuffer content = bytes.slice(bytes.position(), length);
			bytes.position(bytes.position() + length);
			byte[] encoded = new byte[bytes.position() - start];
			bytes.get(start, encoded);
			return new Element(tag, content, encoded);
		}

	}

}
