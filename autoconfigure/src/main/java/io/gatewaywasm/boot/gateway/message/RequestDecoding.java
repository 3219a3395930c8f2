package io.gatewaywasm.boot.gateway.message;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

import io.gatewaywasm.host.spi.LocalResponse;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.NettyPipeline;
import reactor.netty.channel.AbortedException;
import reactor.netty.http.server.HttpServerRequest;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ServerWebExchange;

/**
 * The decoding of a chunked HTTP/1.1 request. If a chunk or a trailer is malformed, the
 * upstream must not get the part that has arrived as the whole request.
 * <p>
 * Reactor Netty looks for malformed parts in its traffic handler: it answers the request
 * itself, no filter sees the response, and the body ends as if it were complete. Requests
 * that wait in the traffic handler for the response to an earlier one are not checked
 * when they leave it. Therefore one handler is ahead of the traffic handler and one
 * behind it. If the exchange has filters, the failure goes to them instead, and nothing
 * follows the part of the body that has arrived.
 */
public final class RequestDecoding {

	private static final String ATTRIBUTE = RequestDecoding.class.getName();

	private static final String ARRIVING = "gateway-wasm.request-decoding.arriving";

	private static final String QUEUED = "gateway-wasm.request-decoding.queued";

	private volatile boolean failed;

	private final Handler arriving = new Handler(false);

	private final Handler queued = new Handler(true);

	private volatile @Nullable Consumer<LocalResponse> responder;

	private RequestDecoding() {
	}

	/**
	 * Watches the decoding of a request from now on, unless that is already done.
	 */
	public static void watch(ServerWebExchange exchange) {
		HttpServerRequest request = NativeConnection.request(exchange.getRequest());
		if (!(request instanceof Connection connection)
				|| !request.requestHeaders().contains(HttpHeaderNames.TRANSFER_ENCODING)
				|| connection.channel() instanceof Http2StreamChannel || of(exchange) != null) {
			return;
		}
		ChannelPipeline pipeline = connection.channel().pipeline();
		if (pipeline.get(NettyPipeline.HttpTrafficHandler) != null
				&& pipeline.get(NettyPipeline.ReactiveBridge) != null) {
			RequestDecoding decoding = new RequestDecoding();
			exchange.getAttributes().put(ATTRIBUTE, decoding);
			replace(pipeline, NettyPipeline.HttpTrafficHandler, ARRIVING, decoding.arriving);
			replace(pipeline, NettyPipeline.ReactiveBridge, QUEUED, decoding.queued);
		}
	}

	private static void replace(ChannelPipeline pipeline, String next, String name, Handler handler) {
		if (pipeline.get(name) != null) {
			pipeline.remove(name);
		}
		pipeline.addBefore(next, name, handler);
	}

	/** Returns the decoding of a watched request, or {@code null}. */
	public static @Nullable RequestDecoding of(ServerWebExchange exchange) {
		return exchange.getAttribute(ATTRIBUTE);
	}

	/**
	 * Sets the function that responds to the request if the rest of it cannot be decoded.
	 * It is called on the event loop of the client's connection. Without it, Reactor
	 * Netty responds, or closes the connection if the request waited for an earlier one.
	 */
	public void onFailure(Consumer<LocalResponse> responder) {
		this.responder = responder;
	}

	/**
	 * Returns a body that fails at its end if it could not be decoded and no filter has
	 * responded.
	 */
	public static Flux<DataBuffer> failing(Flux<DataBuffer> body, ServerWebExchange exchange) {
		RequestDecoding decoding = of(exchange);
		if (decoding == null) {
			return body;
		}
		return body.concatWith(Mono.defer(() -> decoding.failed
				? Mono.error(new AbortedException("The body of the request is malformed")) : Mono.empty()));
	}

	/** Returns the response that Envoy sends. */
	private static LocalResponse response(Throwable cause) {
		boolean large = cause instanceof TooLongHttpHeaderException;
		HttpStatus status = large ? HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE : HttpStatus.BAD_REQUEST;
		return LocalResponse.of(status.value(), large ? "http1.trailers_too_large" : "http1.codec_error",
				status.getReasonPhrase().getBytes(StandardCharsets.US_ASCII));
	}

	/**
	 * Ends the watch, because the request is over or malformed. What arrives next belongs
	 * to another request, which may have been waiting behind this one.
	 */
	private void ended(ChannelPipeline pipeline) {
		for (Handler handler : List.of(this.arriving, this.queued)) {
			if (pipeline.context(handler) != null) {
				pipeline.remove(handler);
			}
		}
	}

	/** Sees the messages of the client before Reactor Netty does. */
	private final class Handler extends ChannelInboundHandlerAdapter {

		private final boolean queued;

		private Handler(boolean queued) {
			this.queued = queued;
		}

		@Override
		public void channelRead(ChannelHandlerContext context, Object message) {
			boolean another = message instanceof HttpRequest;
			if (!another && message instanceof HttpContent content && content.decoderResult().isFailure()) {
				failed(context, content);
				return;
			}
			if (another || message instanceof LastHttpContent) {
				ended(context.pipeline());
			}
			context.fireChannelRead(message);
		}

		// The decoder discards all bytes that follow, and the connection is closed after
		// the response.
		private void failed(ChannelHandlerContext context, HttpContent content) {
			RequestDecoding.this.failed = true;
			ended(context.pipeline());
			Consumer<LocalResponse> filters = RequestDecoding.this.responder;
			if (filters == null && !this.queued) {
				context.fireChannelRead(content);
				return;
			}
			LocalResponse response = response(content.decoderResult().cause());
			ReferenceCountUtil.release(content);
			if (filters != null) {
				filters.accept(response);
			}
			else {
				// After what is still being written of the previous response
				ChannelFuture unused = context.writeAndFlush(Unpooled.EMPTY_BUFFER)
					.addListener(ChannelFutureListener.CLOSE);
			}
		}

	}

}
