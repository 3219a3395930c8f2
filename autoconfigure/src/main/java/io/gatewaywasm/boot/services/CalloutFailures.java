package io.gatewaywasm.boot.services;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

import javax.net.ssl.SSLException;

import io.gatewaywasm.host.spi.HttpCallResult;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.DecoderException;
import reactor.netty.http.client.PrematureCloseException;
import reactor.netty.internal.shaded.reactor.pool.PoolAcquireTimeoutException;

/**
 * Describes in a few words why a callout of a guest received no response.
 */
final class CalloutFailures {

	private CalloutFailures() {
	}

	/**
	 * Returns the result of a failed HTTP callout.
	 */
	static HttpCallResult.Failure of(Throwable failure, Duration timeout) {
		return new HttpCallResult.Failure(reason(failure, timeout), status(failure));
	}

	private static int status(Throwable failure) {
		if (failure instanceof TimeoutException && !(failure instanceof PoolAcquireTimeoutException)) {
			return HttpCallResult.Failure.TIMEOUT;
		}
		return isNotHttp(failure) ? HttpCallResult.Failure.NOT_HTTP : HttpCallResult.Failure.CONNECTION;
	}

	/**
	 * Returns whether the response cannot be decoded. For invalid versions, statuses and
	 * lengths, Netty reports the exception of the method that has parsed them.
	 */
	private static boolean isNotHttp(Throwable failure) {
		return (failure instanceof DecoderException && !(failure.getCause() instanceof SSLException))
				|| (failure instanceof IllegalArgumentException && !(failure instanceof InvalidCalloutException));
	}

	static String reason(Throwable failure, Duration timeout) {
		if (failure instanceof ConnectTimeoutException || failure instanceof PoolAcquireTimeoutException) {
			return "no connection in time";
		}
		if (failure instanceof TimeoutException) {
			return "no response within " + timeout.toMillis() + " ms";
		}
		if (failure instanceof ResponseTooLargeException) {
			return String.valueOf(failure.getMessage());
		}
		if (failure instanceof UnknownHostException) {
			return "unknown host: " + failure.getMessage();
		}
		if (failure instanceof SSLException) {
			return "TLS failure: " + failure.getMessage();
		}
		if (failure instanceof ConnectException) {
			return "connection failed: " + failure.getMessage();
		}
		if (failure instanceof PrematureCloseException) {
			return "connection closed before the response was complete";
		}
		if (failure instanceof IOException) {
			return "connection lost: " + failure.getMessage();
		}
		return (failure.getMessage() != null) ? failure.getMessage() : failure.getClass().getSimpleName();
	}

	/** Thrown when a callout cannot be sent as the guest has specified it. */
	static final class InvalidCalloutException extends IllegalArgumentException {

		private static final long serialVersionUID = 1L;

		InvalidCalloutException(String message, Throwable cause) {
			super(message, cause);
		}

	}

	/** Thrown when a response exceeds the limit of its upstream. */
	static final class ResponseTooLargeException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		ResponseTooLargeException(int maxSize) {
			super("response larger than " + maxSize + " bytes", null, false, false);
		}

	}

}
