package io.gatewaywasm.boot.gateway.message;

import java.util.List;

import io.gatewaywasm.host.abi.HeaderList;
import io.gatewaywasm.host.abi.HeaderMap;
import io.gatewaywasm.host.abi.HeaderPair;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2StreamChannel;
import reactor.netty.Connection;
import reactor.netty.NettyPipeline;
import reactor.netty.http.client.HttpClientRequest;
import reactor.netty.http.server.HttpServerRequest;

import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;

/**
 * The trailers of a request on their way through the filters: those of the client, and
 * those that filters add at the end of the body.
 * <p>
 * Spring does not expose request trailers. The client's trailers are taken from its
 * connection when they arrive, which is after the first filter has begun. They are sent
 * to the upstream after the body if it is chunked or sent over HTTP/2. The server limits
 * their size as it limits the size of headers.
 */
public final class RequestTrailers {

	private static final String ATTRIBUTE = RequestTrailers.class.getName();

	private static final String READER = "gateway-wasm.request-trailers.reader";

	private static final String WRITER = "gateway-wasm.request-trailers.writer";

	private final HeaderList pairs = new HeaderList();

	private volatile List<HeaderPair> received = List.of();

	private final BodyEnd end = new BodyEnd();

	private RequestTrailers() {
	}

	/**
	 * Starts reading the trailers of a request from its connection, if it can have any.
	 * Further calls for the same exchange have no effect.
	 */
	public static void read(ServerWebExchange exchange) {
		HttpServerRequest request = NativeConnection.request(exchange.getRequest());
		if (!(request instanceof Connection connection) || exchange.getAttribute(ATTRIBUTE) != null) {
			return;
		}
		ChannelPipeline pipeline = connection.channel().pipeline();
		if (arePossible(request) && pipeline.get(NettyPipeline.ReactiveBridge) != null
				&& pipeline.get(READER) == null) {
			RequestTrailers trailers = new RequestTrailers();
			exchange.getAttributes().put(ATTRIBUTE, trailers);
			pipeline.addBefore(NettyPipeline.ReactiveBridge, READER, trailers.new Reader());
		}
	}

	/** Returns whether a request can have trailers, according to its headers. */
	public static boolean arePossible(ServerHttpRequest request) {
		HttpServerRequest received = NativeConnection.request(request);
		return received != null && arePossible(received);
	}

	private static boolean arePossible(HttpServerRequest request) {
		return request.version().majorVersion() > 1
				|| request.requestHeaders().contains(HttpHeaderNames.TRANSFER_ENCODING);
	}

	/** Returns the trailers of an exchange whose request has a body. */
	public static RequestTrailers of(ServerWebExchange exchange) {
		read(exchange);
		RequestTrailers known = exchange.getAttribute(ATTRIBUTE);
		return (known != null) ? known : new RequestTrailers();
	}

	/**
	 * Sends the trailers after the body of a request on this connection. In HTTP/1, no
	 * trailers can follow a body of known length.
	 */
	public void send(HttpClientRequest request, Connection connection) {
		ChannelPipeline pipeline = connection.channel().pipeline();
		if (pipeline.get(WRITER) != null) {
			pipeline.remove(WRITER);
		}
		boolean possible = connection.channel() instanceof Http2StreamChannel
				|| !request.requestHeaders().contains(HttpHeaderNames.CONTENT_LENGTH);
		if (possible && pipeline.get(NettyPipeline.ReactiveBridge) != null) {
			pipeline.addBefore(NettyPipeline.ReactiveBridge, WRITER, new Writer());
		}
	}

	/**
	 * Returns whether there are trailers. The client's trailers are known only at the end
	 * of the body.
	 */
	public boolean arePresent() {
		return this.pairs.size() > 0;
	}

	/**
	 * Returns whether the body has this many bytes, and the last of them have arrived
	 * together with the end of the request, as they do in a frame of HTTP/2, so that no
	 * trailers follow.
	 */
	public boolean endedWith(long bytes) {
		return this.end.cameWith(bytes);
	}

	/** Restores the client's trailers for another attempt of the Retry filter. */
	public void reset() {
		this.pairs.replaceAll(this.received);
	}

	/** Returns the trailers known so far, for filters to read and change. */
	public HeaderMap headers() {
		return this.pairs;
	}

	/** Takes the trailers of one request from the client's connection. */
	private final class Reader extends ChannelInboundHandlerAdapter {

		@Override
		public void channelRead(ChannelHandlerContext context, Object message) {
			if (message instanceof HttpContent content) {
				RequestTrailers.this.end.read(content);
			}
			boolean last = message instanceof LastHttpContent;
			if (message instanceof LastHttpContent content && !content.trailingHeaders().isEmpty()) {
				RequestTrailers.this.received = content.trailingHeaders()
					.entries()
					.stream()
					.map((trailer) -> new HeaderPair(trailer.getKey(), trailer.getValue()))
					.toList();
				reset();
			}
			if (last || message instanceof HttpRequest) {
				context.pipeline().remove(this);
			}
			context.fireChannelRead(message);
		}

	}

	/** Adds the trailers after the body of one request to the upstream. */
	private final class Writer extends ChannelOutboundHandlerAdapter {

		// The result is reported through the promise.
		@Override
		@SuppressWarnings("FutureReturnValueIgnored")
		public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
			if (!(message instanceof LastHttpContent last)) {
				context.write(message, promise);
				return;
			}
			context.pipeline().remove(this);
			context.write((last instanceof HttpRequest) ? last : withTrailers(last), promise);
		}

		private LastHttpContent withTrailers(LastHttpContent last) {
			DefaultLastHttpContent changed = new DefaultLastHttpContent(last.content());
			RequestTrailers.this.pairs.forEach((name, value) -> {
				if (TrailerNames.isAllowedInRequest(name, value)) {
					changed.trailingHeaders().add(name, value);
				}
			});
			return changed.trailingHeaders().isEmpty() ? last : changed;
		}

	}

}
