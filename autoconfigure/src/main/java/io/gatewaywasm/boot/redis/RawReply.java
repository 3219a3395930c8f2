package io.gatewaywasm.boot.redis;

import java.nio.ByteBuffer;

import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.output.CommandOutput;
import org.jspecify.annotations.Nullable;

/**
 * A reply as the server sent it, which {@link WholeReplies} has wrapped in a string. An
 * error is treated like any other reply.
 */
final class RawReply extends CommandOutput<byte[], byte[], byte[]> {

	private boolean tooLarge;

	RawReply() {
		super(ByteArrayCodec.INSTANCE, new byte[0]);
	}

	/**
	 * Returns whether the reply was discarded because of its size.
	 */
	boolean isTooLarge() {
		return this.tooLarge;
	}

	@Override
	public void set(@Nullable ByteBuffer bytes) {
		if (bytes == null) {
			this.tooLarge = true;
			return;
		}
		byte[] reply = new byte[bytes.remaining()];
		bytes.get(reply);
		this.output = reply;
	}

}
