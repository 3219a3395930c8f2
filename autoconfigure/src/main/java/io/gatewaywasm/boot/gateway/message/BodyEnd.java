package io.gatewaywasm.boot.gateway.message;

import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.LastHttpContent;

/**
 * Counts the bytes of a message as they arrive, and determines whether the last of them
 * arrived together with the end, as in a frame of HTTP/2, so that no trailers follow.
 */
final class BodyEnd {

	private long bytes;

	/**
	 * The length of the body if its last bytes have arrived with its end, otherwise -1.
	 */
	private volatile long length = -1;

	/** Takes a part of the message. Called on the event loop of the connection. */
	void read(HttpContent content) {
		this.bytes += content.content().readableBytes();
		if (content instanceof LastHttpContent last && last.content().isReadable()
				&& last.trailingHeaders().isEmpty()) {
			this.length = this.bytes;
		}
	}

	/** Returns whether the body has this many bytes and ended with the last of them. */
	boolean cameWith(long bytes) {
		return this.length == bytes;
	}

}
