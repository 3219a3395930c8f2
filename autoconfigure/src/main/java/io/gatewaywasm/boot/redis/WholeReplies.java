package io.gatewaywasm.boot.redis;

import java.nio.charset.StandardCharsets;
import java.util.Collection;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderException;
import org.jspecify.annotations.Nullable;

/**
 * Passes each reply to Lettuce's decoder as one bulk string that contains the original
 * bytes, because the decoder does not distinguish all types of replies. A reply that is
 * too large is discarded while it arrives, and the call gets a null reply, so that other
 * calls are not affected. The connection is closed if the server sends data that is not
 * RESP2, or data while no command is pending: Lettuce would assign it, and all later
 * replies, to the wrong calls. An extra reply while commands are pending cannot be
 * detected, because only the order relates replies to commands.
 * <p>
 * Replies to Lettuce's own login commands are not changed. The preceding handler
 * activates the channel after the login.
 */
final class WholeReplies extends ChannelDuplexHandler {

	private static final byte[] LINE_END = { '\r', '\n' };

	private static final byte[] TOO_LARGE = "$-1\r\n".getBytes(StandardCharsets.US_ASCII);

	private final int maxSize;

	private final ReplyScanner scanner = new ReplyScanner();

	/** The part of a reply that has arrived. */
	private @Nullable ByteBuf part;

	private boolean discarding;

	private boolean active;

	/** The number of commands that were sent and have no reply yet. */
	private long unanswered;

	WholeReplies(int maxSize) {
		this.maxSize = maxSize;
	}

	@Override
	public void channelActive(ChannelHandlerContext context) {
		this.active = true;
		context.fireChannelActive();
	}

	@Override
	public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
		this.unanswered += (message instanceof Collection<?> commands) ? commands.size() : 1;
		super.write(context, message, promise);
	}

	@Override
	@SuppressWarnings("FutureReturnValueIgnored")
	public void channelRead(ChannelHandlerContext context, Object message) {
		if (!(message instanceof ByteBuf data)) {
			context.fireChannelRead(message);
			return;
		}
		try {
			while (data.isReadable()) {
				read(context, data);
			}
		}
		catch (DecoderException ex) {
			context.fireExceptionCaught(ex);
			context.close();
		}
		finally {
			data.release();
		}
	}

	private void read(ChannelHandlerContext context, ByteBuf data) {
		if (this.unanswered == 0) {
			throw new DecoderException("a reply to no command");
		}
		int start = data.readerIndex();
		boolean complete = this.scanner.scan(data);
		int length = data.readerIndex() - start;
		ByteBuf begun = this.part;
		if (!this.discarding && length + ((begun != null) ? begun.readableBytes() : 0) > this.maxSize) {
			this.discarding = true;
			discard();
		}
		if (!this.discarding) {
			ByteBuf buffer = (begun != null) ? begun : context.alloc().buffer(length);
			this.part = buffer.writeBytes(data, start, length);
		}
		if (complete) {
			this.unanswered--;
			pass(context);
		}
	}

	private void pass(ChannelHandlerContext context) {
		ByteBuf reply = this.part;
		this.part = null;
		if (this.discarding || reply == null) {
			this.discarding = false;
			context.fireChannelRead(Unpooled.wrappedBuffer(TOO_LARGE));
		}
		else if (this.active) {
			byte[] header = ("$" + reply.readableBytes() + "\r\n").getBytes(StandardCharsets.US_ASCII);
			context.fireChannelRead(
					Unpooled.wrappedBuffer(Unpooled.wrappedBuffer(header), reply, Unpooled.wrappedBuffer(LINE_END)));
		}
		else {
			context.fireChannelRead(reply);
		}
	}

	private void discard() {
		ByteBuf begun = this.part;
		if (begun != null) {
			this.part = null;
			begun.release();
		}
	}

	@Override
	public void channelInactive(ChannelHandlerContext context) {
		discard();
		context.fireChannelInactive();
	}

	@Override
	public void handlerRemoved(ChannelHandlerContext context) {
		discard();
	}

}
