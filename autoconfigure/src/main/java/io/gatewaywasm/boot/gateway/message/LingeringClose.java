package io.gatewaywasm.boot.gateway.message;

import java.util.concurrent.TimeUnit;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;
import reactor.netty.Connection;

/**
 * Closes a client's connection in two steps while the client is still sending, as Envoy
 * does: first the gateway's half, then the connection as soon as the client has closed
 * its half, but after one second at the latest. Closing a socket with unread bytes would
 * reset the connection, and the client could lose the response.
 */
final class LingeringClose extends ChannelDuplexHandler {

	private static final String NAME = "gateway-wasm.lingering-close";

	private static final long LONGEST_MILLIS = 1000;

	private @Nullable ChannelPromise closing;

	private LingeringClose() {
	}

	/** Adds the two-step close to a connection. */
	static void addTo(Connection connection) {
		if (connection.channel().pipeline().get(NAME) == null) {
			connection.channel().pipeline().addFirst(NAME, new LingeringClose());
		}
	}

	@Override
	public void close(ChannelHandlerContext context, ChannelPromise promise) {
		if (this.closing != null || !context.channel().isActive()
				|| !(context.channel() instanceof DuplexChannel duplex)) {
			ChannelFuture unused = context.close(promise);
			return;
		}
		this.closing = promise;
		ChannelFuture unused = duplex.shutdownOutput();
		ScheduledFuture<?> timeout = context.executor()
			.schedule(() -> finish(context), LONGEST_MILLIS, TimeUnit.MILLISECONDS);
		promise.addListener((closed) -> timeout.cancel(false));
		context.read();
	}

	@Override
	public void channelRead(ChannelHandlerContext context, Object message) {
		if (this.closing != null) {
			ReferenceCountUtil.release(message);
		}
		else {
			context.fireChannelRead(message);
		}
	}

	@Override
	public void channelReadComplete(ChannelHandlerContext context) {
		if (this.closing != null) {
			context.read();
		}
		else {
			context.fireChannelReadComplete();
		}
	}

	@Override
	public void channelInactive(ChannelHandlerContext context) {
		finish(context);
		context.fireChannelInactive();
	}

	private void finish(ChannelHandlerContext context) {
		ChannelPromise promise = this.closing;
		if (promise != null && !promise.isDone()) {
			ChannelFuture unused = context.close(promise);
		}
	}

}
