package io.gatewaywasm.boot.services;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;

/**
 * Removes the length that Reactor Netty adds to a request without a body. Over HTTP/2 the
 * frame of the headers ends the request, and Envoy sends no length.
 */
final class EmptyHttp2Request extends ChannelOutboundHandlerAdapter {

	@Override
	@SuppressWarnings("FutureReturnValueIgnored")
	public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
		if (message instanceof HttpRequest request) {
			request.headers().remove(HttpHeaderNames.CONTENT_LENGTH);
		}
		context.write(message, promise);
	}

}
