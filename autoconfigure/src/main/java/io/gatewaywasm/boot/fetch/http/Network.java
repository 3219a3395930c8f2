package io.gatewaywasm.boot.fetch.http;

import io.netty.util.NetUtil;

/**
 * A range of addresses.
 *
 * @param address the first address, 4 or 16 bytes
 * @param prefix how many of its bits all addresses of the network share
 */
record Network(byte[] address, int prefix) {

	/**
	 * Read a network in CIDR notation.
	 * @param text an address and, after a slash, the length of the prefix, or just the
	 * address of a single host
	 * @return the network
	 * @throws IllegalArgumentException if it is no such thing
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
		return new IllegalArgumentException(
				"'%s' is not a network; write it as in '10.0.0.0/8' or 'fd00::/8'".formatted(text));
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
