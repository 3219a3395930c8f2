package io.gatewaywasm.boot.gateway.message;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http2.Http2StreamChannel;
import org.jspecify.annotations.Nullable;
import reactor.netty.Connection;
import reactor.netty.NettyPipeline;

/**
 * The end of a response from an upstream over HTTP/2. One frame can carry the last bytes
 * and the end, and then filters see both together, as in Envoy. Reactor Netty signals the
 * end after the bytes.
 */
public final class ResponseEnd {

	private static final String HANDLER = "gateway-wasm.response-end";

	/** The reader of the latest attempt of the Retry filter. */
	private volatile @Nullable Reader reader;

	/** Reads the end of the response from the connection of its request. */
	public void read(Connection connection) {
		this.reader = null;
		if (!(connection.channel() instanceof Http2StreamChannel)) {
			return;
		}
		ChannelPipeline pipeline = connection.channel().pipeline();
		if (pipeline.get(NettyPipeline.ReactiveBridge) != null && pipeline.get(HANDLER) == null) {
			Reader next = new Reader();
			this.reader = next;
			pipeline.addBefore(NettyPipeline.ReactiveBridge, HANDLER, next);
		}
	}

	/**
	 * Returns whether the body has this many bytes, and the last of them have arrived
	 * together with the end of the response, so that no trailers follow.
	 */
	public boolean cameWith(long bytes) {
		Reader current = this.reader;
		return current != null && current.end.cameWith(bytes);
	}

	/** Sees the response before Reactor Netty does. */
	private static final class Reader extends ChannelInboundHandlerAdapter {

		private final BodyEnd end = new BodyEnd();

		@Override
		public void channelRead(ChannelHandlerContext context, Object message) {
			if (message instanceof HttpContent content) {
				this.end.read(content);
			}
			context.fireChannelRead(message);
		}

	}

}
