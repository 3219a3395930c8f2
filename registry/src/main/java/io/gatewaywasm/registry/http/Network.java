package io.gatewaywasm.registry.http;

import io.netty.util.NetUtil;

/**
 * A range of IP addresses. {@code address} is the first address, 4 or 16 bytes.
 */
record Network(byte[] address, int prefix) {

	/**
	 * Parses a network in CIDR notation, or a single address. Throws
	 * {@link IllegalArgumentException} if the text is neither.
	 */
	static Network parse(String text) {
		int slash = text.indexOf('/');
		byte[] address = NetUtil.createByteArrayFromIpAddressString((slash < 0) ? text : text.substring(0, slash));
		if (address == null) {
			throw notCidr(text);
		}
		int bits = address.length * Byte.SIZE;
		try {
			int prefix = (slash < 0) ? bits : Integer.parseInt(text.substring(slash + 1));
			if (prefix < 0 || prefix > bits) {
				throw notCidr(text);
			}
			return new Network(address, prefix);
		}
		catch (NumberFormatException ex) {
			throw notCidr(text);
		}
	}

	private static IllegalArgumentException notCidr(String text) {
		return new IllegalArgumentException("'%s' is not a network in CIDR notation".formatted(text));
	}

	boolean contains(byte[] other) {
		if (other.length != this.address.length) {
			return false;
		}
		for (int bit = 0; bit < this.prefix; bit++) {
			int mask = 0x80 >> (bit % Byte.SIZE);
			if (((this.address[bit / Byte.SIZE] ^ other[bit / Byte.SIZE]) & mask) != 0) {
				return false;
			}
		}
		return true;
	}

}
