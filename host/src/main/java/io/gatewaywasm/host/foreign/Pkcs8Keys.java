package io.gatewaywasm.host.foreign;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * Converts private keys in older formats to PKCS #8: a sequence of version, algorithm and
 * original key.
 */
final class Pkcs8Keys {

	private static final byte[] VERSION = { 0x02, 0x01, 0x00 };

	/** The object identifier of RSA, without parameters. */
	private static final byte[] RSA = { 0x06, 0x09, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 0x01, 0x01,
			0x01, 0x05, 0x00 };

	/** The object identifier of EC keys. */
	private static final byte[] EC = { 0x06, 0x07, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x02, 0x01 };

	private static final int SEQUENCE = 0x30;

	private static final int OCTET_STRING = 0x04;

	/** The tag of the curve in an EC key. */
	private static final int PARAMETERS = 0xa0;

	private Pkcs8Keys() {
	}

	static byte[] rsa(byte[] key) {
		return pkcs8(RSA, key);
	}

	static byte[] ec(byte[] key) {
		return pkcs8(concatenate(EC, curve(key)), key);
	}

	private static byte[] pkcs8(byte[] algorithm, byte[] key) {
		return element(SEQUENCE, concatenate(VERSION, element(SEQUENCE, algorithm), element(OCTET_STRING, key)));
	}

	private static byte[] curve(byte[] key) {
		int position = contentStart(key, 0);
		while (position < key.length) {
			int start = contentStart(key, position);
			int end = start + length(key, position);
			if (end > key.length) {
				break;
			}
			if ((key[position] & 0xff) == PARAMETERS) {
				return Arrays.copyOfRange(key, start, end);
			}
			position = end;
		}
		return new byte[0];
	}

	/** Encodes an element. Lengths of two bytes suffice for these keys. */
	private static byte[] element(int tag, byte[] content) {
		byte[] head = { (byte) tag, (byte) 0x82, (byte) (content.length >>> 8), (byte) content.length };
		if (content.length < 0x80) {
			head = new byte[] { (byte) tag, (byte) content.length };
		}
		else if (content.length < 0x100) {
			head = new byte[] { (byte) tag, (byte) 0x81, (byte) content.length };
		}
		return concatenate(head, content);
	}

	private static int contentStart(byte[] der, int position) {
		int first = at(der, position + 1);
		return position + 2 + ((first > 0x80) ? first & 0x7f : 0);
	}

	private static int length(byte[] der, int position) {
		int first = at(der, position + 1);
		return switch (first) {
			case 0x81 -> at(der, position + 2);
			case 0x82 -> (at(der, position + 2) << 8) | at(der, position + 3);
			default -> first;
		};
	}

	private static int at(byte[] der, int position) {
		return (position < der.length) ? der[position] & 0xff : 0;
	}

	private static byte[] concatenate(byte[]... parts) {
		ByteArrayOutputStream all = new ByteArrayOutputStream();
		for (byte[] part : parts) {
			all.writeBytes(part);
		}
		return all.toByteArray();
	}

}
