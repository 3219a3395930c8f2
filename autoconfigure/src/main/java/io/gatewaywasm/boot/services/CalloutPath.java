package io.gatewaywasm.boot.services;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.util.AsciiString;
import reactor.netty.NettyPipeline;

/**
 * The path of a callout. It is sent byte for byte as the guest has specified it, even if
 * it is not valid in a URI. However, characters that would end the path or the request
 * line are escaped, and so are those that servers may treat as a space (RFC 9112, section
 * 3): tab, vertical tab and form feed.
 */
final class CalloutPath {

	/**
	 * Characters that a path or query can contain, in addition to letters, digits and
	 * escapes.
	 */
	private static final String PLAIN = "-._~!$&'()*+,;=:@/?";

	private static final String ESCAPED = " \t\u000b\f\r\n\0";

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
		if (!this.path.startsWith("/")) {
			// It would continue the authority
			return false;
		}
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
	 * Returns whether the path contains a control character that is not escaped. Envoy
	 * does not send such a path either.
	 */
	boolean hasControl() {
		return this.path.chars()
			.anyMatch((character) -> (character < ' ' || character == 0x7f) && ESCAPED.indexOf(character) < 0);
	}

	/**
	 * Returns the bytes that are sent.
	 */
	private byte[] bytes() {
		StringBuilder sent = new StringBuilder(this.path.length() + 16);
		for (int i = 0; i < this.path.length(); i++) {
			char character = this.path.charAt(i);
			if (ESCAPED.indexOf(character) >= 0) {
				sent.append('%').append(HexFormat.of().withUpperCase().toHexDigits((byte) character));
			}
			else {
				sent.append(character);
			}
		}
		return sent.toString().getBytes(StandardCharsets.ISO_8859_1);
	}

	@Override
	public String toString() {
		return this.path;
	}

	/**
	 * Sets the path in the outgoing request after Reactor Netty, which accepts only valid
	 * URIs, and after Netty's codec, which writes paths in UTF-8. The request must have
	 * the path {@code /}.
	 */
	static final class Handler extends ChannelOutboundHandlerAdapter {

		private final byte[] path;

		Handler(CalloutPath path) {
			this.path = path.bytes();
		}

		@Override
		@SuppressWarnings("FutureReturnValueIgnored")
		public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
			if (message instanceof HttpRequest request) {
				ChannelHandlerContext codec = context.pipeline().context(HttpClientCodec.class);
				if (codec != null) {
					context.pipeline()
						.addBefore(codec.name(), null,
								new RequestLine(request.method().name().length() + 1, this.path));
				}
				else {
					context.pipeline()
						.addBefore(NettyPipeline.H2ToHttp11Codec, null, new PathHeader(new AsciiString(this.path)));
				}
			}
			context.write(message, promise);
		}

	}

	/**
	 * Replaces the path {@code /} at an index of the first bytes that the codec writes.
	 */
	private static final class RequestLine extends ChannelOutboundHandlerAdapter {

		private final int index;

		private final byte[] path;

		RequestLine(int index, byte[] path) {
			this.index = index;
			this.path = path;
		}

		@Override
		@SuppressWarnings("FutureReturnValueIgnored")
		public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
			if (message instanceof ByteBuf head) {
				context.pipeline().remove(this);
				context.write(replaced(context.alloc(), head), promise);
				return;
			}
			context.write(message, promise);
		}

		private ByteBuf replaced(ByteBufAllocator allocator, ByteBuf head) {
			try {
				int length = head.readableBytes();
				return allocator.buffer(length + this.path.length)
					.writeBytes(head, head.readerIndex(), this.index)
					.writeBytes(this.path)
					.writeBytes(head, head.readerIndex() + this.index + 1, length - this.index - 1);
			}
			finally {
				head.release();
			}
		}

	}

	/** Replaces the path of a request in HTTP/2. */
	private static final class PathHeader extends ChannelOutboundHandlerAdapter {

		private final AsciiString path;

		PathHeader(AsciiString path) {
			this.path = path;
		}

		@Override
		@SuppressWarnings("FutureReturnValueIgnored")
		public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
			if (message instanceof Http2HeadersFrame head) {
				context.pipeline().remove(this);
				head.headers().path(this.path);
			}
			context.write(message, promise);
		}

	}

}
