package io.gatewaywasm.boot.services;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpRequest;

/**
 * The path of a callout. It is sent byte for byte as the guest has specified it, even if
 * it is not valid in a URI. However, a space, which would end the path, is sent as {@code
 * %20}, and a tab, which some servers treat as a space, as {@code %09}.
 */
final class CalloutPath {

	/**
	 * Characters that a path or query can contain, in addition to letters, digits and
	 * escapes.
	 */
	private static final String PLAIN = "-._~!$&'()*+,;=:@/?";

	private final String path;

	/**
	 * Creates a path. Each character is one byte.
	 */
	CalloutPath(String path) {
		this.path = path;
	}

	/**
	 * Returns whether the path is valid in a URI without changes.
	 */
	boolean isPlain() {
		for (int i = 0; i < this.path.length(); i++) {
			char character = this.path.charAt(i);
			boolean plain = (character == '%') ? isEscape(i) : isPlain(character);
			if (!plain) {
				return false;
			}
		}
		return true;
	}

	private static boolean isPlain(char character) {
		return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z')
				|| (character >= '0' && character <= '9') || PLAIN.indexOf(character) >= 0;
	}

	private boolean isEscape(int index) {
		return index + 2 < this.path.length() && HexFormat.isHexDigit(this.path.charAt(index + 1))
				&& HexFormat.isHexDigit(this.path.charAt(index + 2));
	}

	/**
	 * Returns a text that Netty encodes to the bytes of the path. Netty uses UTF-8, so
	 * bytes that are not valid UTF-8 are escaped.
	 */
	String text() {
		byte[] bytes = this.path.replace(" ", "%20").replace("\t", "%09").getBytes(StandardCharsets.ISO_8859_1);
		try {
			return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
		}
		catch (CharacterCodingException ex) {
			return escaped(bytes);
		}
	}

	private static String escaped(byte[] bytes) {
		StringBuilder escaped = new StringBuilder(bytes.length);
		for (byte octet : bytes) {
			if (octet < 0) {
				escaped.append('%').append(HexFormat.of().withUpperCase().toHexDigits(octet));
			}
			else {
				escaped.append((char) octet);
			}
		}
		return escaped.toString();
	}

	@Override
	public String toString() {
		return this.path;
	}

	/**
	 * Sets the path in the outgoing request after Reactor Netty, which accepts only valid
	 * URIs.
	 */
	static final class Handler extends ChannelOutboundHandlerAdapter {

		private final String text;

		Handler(CalloutPath path) {
			this.text = path.text();
		}

		@Override
		@SuppressWarnings("FutureReturnValueIgnored")
		public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
			if (message instanceof HttpRequest request) {
				request.setUri(this.text);
			}
			context.write(message, promise);
		}

	}

}
