package io.gatewaywasm.boot.gateway.message;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.NettyPipeline;
import reactor.netty.channel.AbortedException;
import reactor.netty.http.server.HttpServerRequest;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.web.server.ServerWebExchange;

/**
 * The decoding of a chunked HTTP/1.1 request. If a chunk or a trailer is malformed,
 * Reactor Netty answers the request itself, but ends its body as if it were complete. The
 * upstream must not get the part that has arrived as the whole request.
 */
public final class RequestDecoding {

	private static final String ATTRIBUTE = RequestDecoding.class.getName();

	private static final String HANDLER = "gateway-wasm.request-decoding";

	private volatile boolean failed;

	private RequestDecoding() {
	}

	/**
	 * Watches the decoding of a request from now on, unless that is already done.
	 */
	public static void watch(ServerWebExchange exchange) {
		HttpServerRequest request = NativeConnection.request(exchange.getRequest());
		if (!(request instanceof Connection connection) || exchange.getAttribute(ATTRIBUTE) != null
				|| !request.requestHeaders().contains(HttpHeaderNames.TRANSFER_ENCODING)) {
			return;
		}
		ChannelPipeline pipeline = connection.channel().pipeline();
		if (pipeline.get(NettyPipeline.HttpTrafficHandler) != null && pipeline.get(HANDLER) == null) {
			RequestDecoding decoding = new RequestDecoding();
			exchange.getAttributes().put(ATTRIBUTE, decoding);
			pipeline.addBefore(NettyPipeline.HttpTrafficHandler, HANDLER, decoding.new Handler());
		}
	}

	/**
	 * Returns a body that fails at its end if it could not be decoded.
	 */
	public static Flux<DataBuffer> failing(Flux<DataBuffer> body, ServerWebExchange exchange) {
		RequestDecoding decoding = exchange.getAttribute(ATTRIBUTE);
		if (decoding == null) {
			return body;
		}
		return body.concatWith(Mono.defer(() -> decoding.failed
				? Mono.error(new AbortedException("The body of the request is malformed")) : Mono.empty()));
	}

	/** Sees the messages of the client before Reactor Netty does. */
	private final class Handler extends ChannelInboundHandlerAdapter {

		@Override
		public void channelRead(ChannelHandlerContext context, Object message) {
			if (message instanceof HttpContent content && content.decoderResult().isFailure()) {
				RequestDecoding.this.failed = true;
			}
			if (RequestDecoding.this.failed || message instanceof LastHttpContent || message instanceof HttpRequest) {
				context.pipeline().remove(this);
			}
			context.fireChannelRead(message);
		}

	}

}
