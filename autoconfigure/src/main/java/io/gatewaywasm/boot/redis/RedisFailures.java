package io.gatewaywasm.boot.redis;

import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

import javax.net.ssl.SSLException;

import io.gatewaywasm.boot.redis.RedisFailure.Kind;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.DecoderException;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * Describes in a few words why a server cannot be reached, or why a call received no
 * reply.
 */
final class RedisFailures {

	private static final RedisFailure CLOSED = failure(Kind.CLOSED,
			"the connection was closed before the reply was complete");

	private RedisFailures() {
	}

	static RedisFailure of(@Nullable Throwable failure) {
		Throwable cause = failure;
		while (cause != null) {
			RedisFailure known = known(cause);
			if (known != null) {
				return known;
			}
			if (cause.getCause() == null || cause.getCause() == cause) {
				break;
			}
			cause = cause.getCause();
		}
		if (cause == null) {
			return CLOSED;
		}
		boolean wrapper = cause instanceof CompletionException || cause instanceof ExecutionException;
		String message = cause.getMessage();
		return failure(Kind.OTHER, (message != null && !wrapper) ? message : cause.getClass().getSimpleName());
	}

	private static RedisFailure failure(Kind kind, String text) {
		return new RedisFailure(kind, text);
	}

	private static @Nullable RedisFailure known(Throwable failure) {
		if (failure instanceof CancellationException || failure instanceof ClosedChannelException
				|| "Connection closed".equals(failure.getMessage())
				|| "Connection disconnected".equals(failure.getMessage())) {
			return CLOSED;
		}
		if (failure instanceof RedisCommandExecutionException) {
			return failure(Kind.LOGIN, "login or selection of the database failed: "
					+ StringUtils.trimTrailingCharacter(String.valueOf(failure.getMessage()), '.'));
		}
		if (failure instanceof ConnectTimeoutException || failure instanceof RedisCommandTimeoutException) {
			return failure(Kind.CONNECT_TIMEOUT, "no connection within 'connect-timeout'");
		}
		if (failure instanceof UnknownHostException) {
			return failure(Kind.UNKNOWN_HOST, "unknown host: " + failure.getMessage());
		}
		if (failure instanceof SSLException) {
			return failure(Kind.TLS, "TLS failure: " + failure.getMessage());
		}
		if (failure instanceof ConnectException) {
			return failure(Kind.CONNECT, "connection failed: " + failure.getMessage());
		}
		if (failure instanceof DecoderException && !(failure.getCause() instanceof SSLException)) {
			return failure(Kind.MALFORMED, String.valueOf(failure.getMessage()));
		}
		return null;
	}

}
