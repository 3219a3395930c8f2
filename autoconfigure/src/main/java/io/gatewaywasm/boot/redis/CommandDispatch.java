package io.gatewaywasm.boot.redis;

import io.gatewaywasm.host.spi.RedisResult;
import io.lettuce.core.api.StatefulRedisConnection;
import org.jspecify.annotations.Nullable;

/**
 * Sends the commands of calls over a connection, and ends the calls with the results.
 * {@code log} logs failures.
 */
@SuppressWarnings("FutureReturnValueIgnored")
record CommandDispatch(RedisFailureLog log) {

	/** Sends the command of a call, unless the call has ended. */
	void send(StatefulRedisConnection<byte[], byte[]> open, PendingCommands holder, RedisCall call) {
		if (call.isEnded()) {
			holder.drop(call);
			return;
		}
		RawReply reply = new RawReply();
		try {
			open.async()
				.dispatch(call.keyword(), reply, call.arguments())
				.whenComplete((data, failure) -> ended(holder, call, reply, failure));
		}
		catch (RuntimeException ex) {
			holder.drop(call);
			fail(call, RedisFailures.of(ex));
		}
	}

	private void ended(PendingCommands holder, RedisCall call, RawReply reply, @Nullable Throwable failure) {
		if (failure != null) {
			holder.drop(call);
			fail(call, RedisFailures.of(failure));
			return;
		}
		holder.answered(call);
		if (reply.isTooLarge()) {
			fail(call, RedisFailure.TOO_LARGE);
		}
		else {
			call.end(new RedisResult.Reply(reply.get()));
		}
	}

	/** Ends a call with a failure, unless it has ended. */
	void fail(RedisCall call, RedisFailure why) {
		if (call.end(new RedisResult.Failure(why.text(), why.kind() == RedisFailure.Kind.TOO_MANY))) {
			this.log.callFailed(why);
		}
	}

}
