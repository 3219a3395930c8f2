package io.gatewaywasm.boot.services;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import reactor.netty.Connection;
import reactor.netty.NettyPipeline;
import reactor.netty.http.client.HttpClient;

/**
 * Drops the interim responses of a server, for example {@code 103 Early Hints}. Reactor
 * Netty's client knows only {@code 100 Continue} and takes others for the response.
 */
public final class InterimResponses {

	private static final String HANDLER = "gateway-wasm.interim-responses";

	private InterimResponses() {
	}

	/** Returns a client that ignores interim responses. */
	public static HttpClient ignoredBy(HttpClient client) {
		return client.doOnRequest((request, connection) -> install(connection));
	}

	private static void install(Connection connection) {
		ChannelPipeline pipeline = connection.channel().pipeline();
		if (pipeline.get(HANDLER) == null && pipeline.get(NettyPipeline.ReactiveBridge) != null) {
			pipeline.addBefore(NettyPipeline.ReactiveBridge, HANDLER, new Handler());
		}
	}

	private static boolean isIgnored(HttpResponseStatus status) {
		return status.codeClass() == HttpStatusClass.INFORMATIONAL && !status.equals(HttpResponseStatus.CONTINUE)
				&& !status.equals(HttpResponseStatus.SWITCHING_PROTOCOLS);
	}

	/** Sees the messages of the server before Reactor Netty does. */
	private static final class Handler extends ChannelInboundHandlerAdapter {

		private boolean dropping;

		@Override
		public void channelRead(ChannelHandlerContext context, Object message) {
			if (message instanceof HttpResponse response) {
				this.dropping = isIgnored(response.status());
			}
			if (!this.dropping) {
				context.fireChannelRead(message);
				return;
			}
			if (message instanceof LastHttpContent) {
				this.dropping = false;
			}
			ReferenceCountUtil.release(message);
			// The client reads on demand, and this message was not what it demanded
			context.read();
		}

	}

}
