package io.gatewaywasm.boot.gateway.attributes;

import java.math.BigInteger;
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

	/** The encoding multiplies the first number of a type by this. */
	private static final BigInteger FIRST_ARC = BigInteger.valueOf(40);

	private static final int UTF_8 = 0x0c;

	private static final int UNIVERSAL = 0x1c;

	private static final int BMP = 0x1e;

	/** The tags of strings with one byte per character. */
	private static final List<Integer> SINGLE_BYTE = List.of(0x12, 0x13, 0x14, 0x16, 0x1a);

	/**
	 * The keywords by the content of the type's encoding, because numbers of a type can
	 * have any size.
	 */
	private static final Map<String, String> KEYWORDS = Map.ofEntries(Map.entry("550403", "CN"),
			Map.entry("550404", "SN"), Map.entry("550405", "serialNumber"), Map.entry("550406", "C"),
			Map.entry("550407", "L"), Map.entry("550408", "ST"), Map.entry("550409", "street"),
			Map.entry("55040A", "O"), Map.entry("55040B", "OU"), Map.entry("55040C", "title"),
			Map.entry("55040D", "description"), Map.entry("55040F", "businessCategory"),
			Map.entry("550410", "postalAddress"), Map.entry("550411", "postalCode"),
			Map.entry("550412", "postOfficeBox"), Map.entry("550414", "telephoneNumber"), Map.entry("550429", "name"),
			Map.entry("55042A", "GN"), Map.entry("55042B", "initials"), Map.entry("55042C", "generationQualifier"),
			Map.entry("55042D", "x500UniqueIdentifier"), Map.entry("55042E", "dnQualifier"),
			Map.entry("550441", "pseudonym"), Map.entry("550448", "role"), Map.entry("0992268993F22C640101", "UID"),
			Map.entry("0992268993F22C640103", "mail"), Map.entry("0992268993F22C640119", "DC"),
			Map.entry("2A864886F70D010901", "emailAddress"), Map.entry("2A864886F70D010902", "unstructuredName"),
			Map.entry("2A864886F70D010908", "unstructuredAddress"));

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
		Element type = Element.next(typeAndValue);
		Element value = Element.next(typeAndValue);
		String keyword = KEYWORDS.get(HEX.formatHex(type.contentBytes()));
		String text = (keyword != null) ? string(value) : null;
		return ((keyword != null) ? keyword : identifier(type)) + "="
				+ ((text != null) ? escape(text) : "#" + HEX.formatHex(value.encoded()));
	}

	private static String identifier(Element type) {
		StringBuilder text = new StringBuilder();
		BigInteger number = BigInteger.ZERO;
		for (byte next : type.contentBytes()) {
			number = number.shiftLeft(7).or(BigInteger.valueOf(next & 0x7f));
			if (next >= 0) {
				if (text.isEmpty()) {
					BigInteger first = number.divide(FIRST_ARC).min(BigInteger.TWO);
					text.append(first).append('.').append(number.subtract(FIRST_ARC.multiply(first)));
				}
				else {
					text.append('.').append(number);
				}
				number = BigInteger.ZERO;
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

		byte[] contentBytes() {
			byte[] bytes = new byte[this.content.remaining()];
			this.content.get(this.content.position(), bytes);
			return bytes;
		}

	}

}
