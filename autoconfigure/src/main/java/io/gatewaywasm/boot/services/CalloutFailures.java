package io.gatewaywasm.boot.services;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

import javax.net.ssl.SSLException;

import io.gatewaywasm.host.spi.HttpCallResult;
import io.netty.channel.ConnectTimeoutException;
import reactor.netty.http.client.PrematureCloseException;
import reactor.netty.internal.shaded.reactor.pool.PoolAcquireTimeoutException;

/**
 * Says in a few words why a call of a guest got no answer.
 */
final class CalloutFailures {

	private CalloutFailures() {
	}

	/**
	 * Returns the result of an HTTP callout that failed.
	 */
	static HttpCallResult.Failure of(Throwable failure, Duration timeout) {
		boolean late = failure instanceof TimeoutException && !(failure instanceof PoolAcquireTimeoutException);
		return new HttpCallResult.Failure(reason(failure, timeout), late);
	}

	static String reason(Throwable failure, Duration timeout) {
		if (failure instanceof ConnectTimeoutException || failure instanceof PoolAcquireTimeoutException) {
			return "no connection in time";
		}
		if (failure instanceof TimeoutException) {
			return "no answer within " + timeout.toMillis() + " ms";
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
			return "connection closed before the answer was complete";
		}
		if (failure instanceof IOException) {
			return "connection broken: " + failure.getMessage();
		}
		return (failure.getMessage() != null) ? failure.getMessage() : failure.getClass().getSimpleName();
	}

	/** A response is larger than its upstream may send. */
	static final class ResponseTooLargeException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		ResponseTooLargeException(int maxSize) {
			super("answer larger than " + maxSize + " bytes", null, false, false);
		}

	}

}
